// SPDX-License-Identifier: Apache-2.0
#include "cli/script_directives.hpp"

#include <optional>

#include "base/error.hpp"
#include "cli/subprocess.hpp"
#include "cli/values.hpp"

namespace parallel_run::cli {
namespace {

using Words = std::vector<std::string>;

constexpr std::string_view kBlanks = " \t\r";

std::string_view trimmed(std::string_view text) {
    text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
    return text.substr(0, text.find_last_not_of(kBlanks) + 1);
}

bool take_prefix(std::string_view& text, std::string_view prefix) {
    if (text.substr(0, prefix.size()) != prefix) return false;
    text = trimmed(text.substr(prefix.size()));
    return true;
}

/// What a directive says; nothing for any other line.
std::optional<std::string> directive_of(std::string_view line) {
    line = trimmed(line);
    const bool in_c = take_prefix(line, "/*");
    if (!in_c && !take_prefix(line, "//") && !take_prefix(line, "!")) return std::nullopt;
    if (!take_prefix(line, "parallel-run:")) return std::nullopt;
    if (in_c) line = trimmed(line.substr(0, line.find("*/")));
    return std::string(line);
}

/// The place of a directive, for messages.
struct Place {
    const std::string& source;
    std::size_t line;

    [[noreturn]] void refuse(const std::string& why) const {
        throw base::UsageError(source + ", line " + std::to_string(line) + ": " + why);
    }
};

Words words_of(const std::string& directive, const Place& place) {
    try {
        return to_words(directive);
    } catch (const InvalidValue& error) {
        place.refuse("cannot read 'parallel-run: " + directive + "': " + error.what());
    }
}

Words package_flags(Words packages, const Place& place) {
    if (packages.size() == 1) place.refuse("'parallel-run: pkg-config' needs a package's name");
    packages.insert(packages.begin() + 1, {"--cflags", "--libs"});
    auto answer = run_and_capture(packages, "/");
    if (!answer) {
        place.refuse(answer.error() +
                     ". Install it (Debian: apt-get install pkg-config), or name " +
                     "the flags themselves in place of the packages");
    }
    auto& finished = answer.value();
    if (finished.status != 0) {
        place.refuse("pkg-config does not know all of these packages. Install their development " +
                     std::string("files, or add their directory to PKG_CONFIG_PATH.\n") +
                     std::string(trimmed(finished.output)));
    }
    return words_of(std::string(finished.output.substr(0, finished.output.find('\n'))), place);
}

}  // namespace

std::vector<std::string> requested_flags(const std::string& source, std::string_view text) {
    Words flags;
    for (std::size_t line = 1; !text.empty(); ++line) {
        const auto end = std::min(text.find('\n'), text.size());
        const auto directive = directive_of(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (!directive) continue;
        const Place place{source, line};
        auto words = words_of(*directive, place);
        if (!words.empty() && words.front() == "pkg-config") words = package_flags(words, place);
        flags.insert(flags.end(), words.begin(), words.end());
    }
    return flags;
}

}  // namespace parallel_run::cli
