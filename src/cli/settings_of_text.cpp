// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <optional>
#include <sstream>

#include <boost/program_options/options_description.hpp>
#include <boost/program_options/parsers.hpp>

#include "base/error.hpp"
#include "cli/parameters.hpp"
#include "cli/settings.hpp"

namespace parallel_run::cli {

namespace {

namespace po = boost::program_options;

// Boost's reader takes every '#' for the start of a comment. A '#' that is text travels through it
// as a NUL, which no value can hold: neither a command line nor a path can, and a file with one is
// refused.
constexpr char kHash = '\0';

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

/// Where a comment starts in the line, or its end.
std::size_t comment_start(std::string_view line) {
    char quote = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const auto before = i == 0 ? ' ' : line[i - 1];
        if (quote != 0) {
            if (quote == '"' && line[i] == '\\') {
                ++i;
            } else if (line[i] == quote) {
                quote = 0;
            }
        } else if ((line[i] == '"' || line[i] == '\'') && (is_blank(before) || before == '=')) {
            quote = line[i];
        } else if (line[i] == '#' && is_blank(before)) {
            return i;
        }
    }
    return line.size();
}

/// What a backslash before `c` stands for, if it stands for anything.
std::optional<char> escaped(char c) {
    switch (c) {
        case '"': return '"';
        case '\\': return '\\';
        case 'n': return '\n';
        case 'r': return '\r';
        case 't': return '\t';
        default: return std::nullopt;
    }
}

/// What stands between the double quotes around the whole text, if it has such.
std::optional<std::string> unquoted(std::string_view text) {
    if (text.size() < 2 || text.front() != '"' || text.back() != '"') return std::nullopt;
    const auto body = text.substr(1, text.size() - 2);
    std::string value;
    for (std::size_t i = 0; i < body.size(); ++i) {
        if (body[i] == '"') return std::nullopt;
        if (body[i] == '\\' && i + 1 == body.size())
            return std::nullopt;  // it escapes the last quote
        const auto character = body[i] == '\\' ? escaped(body[i + 1]) : std::nullopt;
        value.push_back(character.value_or(body[i]));
        if (character) ++i;
    }
    return value;
}

std::string with_hashes(std::string text) {
    std::replace(text.begin(), text.end(), kHash, '#');
    return text;
}

/// The option in a line without comment, if it is not blank.
std::optional<po::option> read_line(std::string line, const std::string& place) {
    const auto first = line.find_first_not_of(" \t\r");
    if (first == std::string::npos) return std::nullopt;
    if (line[first] == '[' || line.find('=') == std::string::npos) {
        throw base::UsageError(place + ": '" + line + "' is not 'key = value'");
    }
    std::replace(line.begin(), line.end(), '#', kHash);
    std::istringstream stream(line);
    return po::parse_config_file(stream, po::options_description(), true).options.at(0);
}

Setting setting_of(const po::option& option, const std::string& place, const std::string& base) {
    const auto name = with_hashes(option.string_key);
    const auto* parameter = find_parameter(name);
    if (parameter == nullptr) throw unknown_parameter("key '" + name + "'", name, place);
    const auto value = with_hashes(option.value.empty() ? std::string() : option.value.front());
    return {parameter->name, unquoted(value).value_or(value), place, base};
}

}  // namespace

std::vector<Setting> settings_of_text(std::string_view text, const std::string& source,
                                      const std::string& base) {
    if (text.find('\0') != std::string_view::npos) {
        throw base::UsageError(source + " is not a text file: it has a zero byte");
    }
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    std::vector<Setting> settings;
    for (std::size_t number = 1; !text.empty(); ++number) {
        const auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        const auto place = source + ", line " + std::to_string(number);
        const std::string content(line.substr(0, comment_start(line)));
        if (const auto option = read_line(content, place)) {
            settings.push_back(setting_of(*option, place, base));
        }
    }
    return settings;
}

std::string setting_line(const std::string& key, const std::string& value) {
    const auto is_plain = [](char c) {
        return static_cast<unsigned char>(c) > ' ' && c != '"' && c != '\'' && c != '#' &&
               c != '\\';
    };
    auto line = key + " = ";
    if (!value.empty() && std::all_of(value.begin(), value.end(), is_plain)) {
        return line + value + "\n";
    }
    line += '"';
    for (const auto c : value) {
        switch (c) {
            case '\n': line += "\\n"; break;
            case '\r': line += "\\r"; break;
            case '"': line += "\\\""; break;
            case '\\': line += "\\\\"; break;
            default: line += c;
        }
    }
    return line + "\"\n";
}

}  // namespace parallel_run::cli
