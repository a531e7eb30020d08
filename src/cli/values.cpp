// SPDX-License-Identifier: Apache-2.0
#include "cli/values.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <limits>
#include <optional>

#include "base/size.hpp"

namespace parallel_run::cli {

namespace {

constexpr std::string_view kBlanks = " \t\r\n";
constexpr std::size_t kLongestStepName = 32;

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
char lower(char c) { return is_upper(c) ? static_cast<char>(c + ('a' - 'A')) : c; }

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(), [](char c) { return lower(c); });
    return text;
}

template <typename Number>
std::optional<Number> parse(const std::string& text) {
    Number number{};
    const auto* const end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc{} || rest != end) return std::nullopt;
    return number;
}

std::string count_text(std::int64_t count) {
    return count < 0 ? std::to_string(count)
                     : base::format_count(static_cast<std::uint64_t>(count));
}

std::string range_text(std::int64_t low, std::int64_t high) {
    if (high == std::numeric_limits<std::int64_t>::max())
        return ", " + count_text(low) + " or more";
    return " from " + count_text(low) + " to " + count_text(high);
}

/// Takes words off the front of a text, one after another.
class WordReader {
public:
    explicit WordReader(std::string_view text) : rest_(text) {}

    std::optional<std::string> next() {
        rest_.remove_prefix(std::min(rest_.find_first_not_of(kBlanks), rest_.size()));
        if (rest_.empty()) return std::nullopt;
        std::string word;
        while (!rest_.empty() && kBlanks.find(rest_.front()) == std::string_view::npos) {
            const auto c = take();
            if (c == '\'') {
                single_quoted(word);
            } else if (c == '"') {
                double_quoted(word);
            } else {
                word.push_back(c == '\\' ? escaped() : c);
            }
        }
        return word;
    }

private:
    char take() {
        const auto c = rest_.front();
        rest_.remove_prefix(1);
        return c;
    }
    void single_quoted(std::string& word) {
        const auto end = rest_.find('\'');
        if (end == std::string_view::npos) throw InvalidValue("close the quote that ' opens");
        word += rest_.substr(0, end);
        rest_.remove_prefix(end + 1);
    }
    void double_quoted(std::string& word) {
        while (!rest_.empty()) {
            auto c = take();
            if (c == '"') return;
            const auto escapes = c == '\\' && !rest_.empty();
            if (escapes && (rest_.front() == '"' || rest_.front() == '\\')) c = take();
            word.push_back(c);
        }
        throw InvalidValue("close the quote that \" opens");
    }
    char escaped() {
        if (rest_.empty()) throw InvalidValue("give a character after the last backslash");
        return take();
    }

    std::string_view rest_;
};

std::string quoted_word(const std::string& word) {
    const auto is_plain = [](char c) {
        return is_lower(c) || is_upper(c) || is_digit(c) ||
               std::string_view("_-./=:,+@%").find(c) != std::string_view::npos;
    };
    if (!word.empty() && std::all_of(word.begin(), word.end(), is_plain)) return word;
    std::string text = "'";
    for (const auto c : word) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return text + "'";
}

}  // namespace

std::int64_t to_integer(const std::string& text, std::int64_t low, std::int64_t high) {
    const auto number = parse<std::int64_t>(text);
    if (!number || *number < low || *number > high) {
        throw InvalidValue("give a whole number" + range_text(low, high));
    }
    return *number;
}

double to_number(const std::string& text, double low, double high) {
    const auto number = parse<double>(text);
    if (!number || !(*number >= low && *number <= high)) {
        throw InvalidValue("give a number from " + number_text(low) + " to " + number_text(high));
    }
    return *number;
}

std::chrono::milliseconds to_duration(const std::string& text) {
    constexpr double kLongestSeconds = 100'000'000;
    const auto seconds = parse<double>(text);
    if (!seconds || !(*seconds >= 0.001 && *seconds <= kLongestSeconds)) {
        throw InvalidValue("give seconds, from 0.001 to 100,000,000");
    }
    return std::chrono::milliseconds(std::llround(*seconds * 1000));
}

std::uint64_t to_bytes(const std::string& text) {
    const auto bytes = base::parse_bytes(text);
    if (!bytes || *bytes == 0) {
        throw InvalidValue("give a size of at least one byte, such as 1024, 64KB, 10MB or 1GB");
    }
    return *bytes;
}

bool to_boolean(const std::string& text) {
    const auto word = lower(text);
    if (word == "true" || word == "yes" || word == "on" || word == "1") return true;
    if (word == "false" || word == "no" || word == "off" || word == "0") return false;
    throw InvalidValue("give true or false");
}

std::string to_absolute_path(const std::string& text, const std::string& base) {
    if (text.empty()) throw InvalidValue("give a path");
    std::filesystem::path path;
    for (const auto& part : std::filesystem::path(base) / text) {
        if (!part.empty() && part != ".") path /= part;
    }
    return path.string();
}

std::vector<std::string> to_words(const std::string& text) {
    std::vector<std::string> words;
    WordReader reader(text);
    while (auto word = reader.next()) words.push_back(*std::move(word));
    return words;
}

std::string duration_text(std::chrono::milliseconds duration) {
    auto text = std::to_string(duration.count() / 1000);
    const auto fraction = duration.count() % 1000;
    if (fraction == 0) return text;
    text += "." + std::to_string(1000 + fraction).substr(1);
    return text.substr(0, text.find_last_not_of('0') + 1);
}

std::string number_text(double number) {
    std::array<char, 32> text{};
    return {text.data(), std::to_chars(text.data(), text.data() + text.size(), number).ptr};
}

std::string bytes_text(std::uint64_t bytes) {
    static constexpr std::array<const char*, 5> kUnits = {"", "KB", "MB", "GB", "TB"};
    std::size_t unit = 0;
    while (bytes > 0 && bytes % 1024 == 0 && unit + 1 < kUnits.size()) {
        bytes /= 1024;
        ++unit;
    }
    return std::to_string(bytes) + kUnits.at(unit);
}

std::string words_text(const std::vector<std::string>& words) {
    std::string text;
    for (const auto& word : words) text += (text.empty() ? "" : " ") + quoted_word(word);
    return text;
}

bool is_step_name(std::string_view text) {
    if (text.size() < 3 || text.size() > kLongestStepName || !is_lower(text.front())) return false;
    if (text.back() == '-') return false;
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return is_lower(c) || is_digit(c) || c == '-'; });
}

std::string step_name_like(std::string_view text) {
    auto name = lower(std::string(text));
    for (auto& c : name) {
        if (!is_lower(c) && !is_digit(c)) c = '-';
    }
    if (name.size() < 3 || !is_lower(name.front())) name.insert(0, "step-");
    name.resize(std::min(name.size(), kLongestStepName));
    name.erase(name.find_last_not_of('-') + 1);
    return is_step_name(name) ? name : "step";
}

bool is_identifier(std::string_view text) {
    if (text.empty() || is_digit(text.front())) return false;
    return std::all_of(text.begin(), text.end(), [](char c) {
        return is_lower(c) || is_upper(c) || is_digit(c) || c == '_';
    });
}

}  // namespace parallel_run::cli
