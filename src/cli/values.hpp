// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace parallel_run::cli {

/// A text that is no value of its parameter. what() tells the user what to give instead; whoever
/// knows the parameter's name and place adds them.
class InvalidValue : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

// From text to value; each throws InvalidValue.

std::int64_t to_integer(const std::string& text, std::int64_t low, std::int64_t high);
double to_number(const std::string& text, double low, double high);
/// Seconds, fractions allowed, from a millisecond on.
std::chrono::milliseconds to_duration(const std::string& text);
std::uint64_t to_bytes(const std::string& text);
bool to_boolean(const std::string& text);
/// Starts at `base` if relative; without "." and doubled or trailing slashes. ".." stays, since
/// behind a symbolic link it is not what the text says.
std::string to_absolute_path(const std::string& text, const std::string& base);
/// Splits words at blanks as a shell does: '...' takes everything, "..." knows \" and \\, a
/// backslash elsewhere takes the next character. Nothing is expanded.
std::vector<std::string> to_words(const std::string& text);

// From value to the text that gives it again.

std::string duration_text(std::chrono::milliseconds duration);
std::string number_text(double number);
std::string bytes_text(std::uint64_t bytes);
std::string words_text(const std::vector<std::string>& words);

/// A step's name: [a-z]([-a-z0-9]*[a-z0-9])?, 3 to 32 characters.
bool is_step_name(std::string_view text);
/// A step's name that resembles `text`.
std::string step_name_like(std::string_view text);
/// A letter or '_', then letters, digits and '_'.
bool is_identifier(std::string_view text);

}  // namespace parallel_run::cli
