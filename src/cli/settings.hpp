// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace parallel_run::cli {

/// A parameter's value as somebody gave it.
struct Setting {
    std::string key;    ///< a known parameter
    std::string value;  ///< not checked
    std::string place;  ///< "step.conf, line 7" or "the command line"
    std::string base;   ///< where a relative path starts
};

constexpr std::string_view kCommandLinePlace = "the command line";

/// The settings of a STEP.conf: lines of `key = value`, blank lines, and comments.
///
/// A '#' at the front of a line or after a blank starts a comment, but not inside quotes ('...' or
/// "..." that start after a blank or '='). A value wholly in double quotes is taken without them,
/// with \" \\ \n \r \t for the characters they usually are; any other value is taken as it is,
/// without the blanks around it. `source` names the file in messages. Throws base::UsageError for a
/// line that is none of these and for an unknown key.
std::vector<Setting> settings_of_text(std::string_view text, const std::string& source,
                                      const std::string& base);

/// The line that settings_of_text() turns into this key and value.
std::string setting_line(const std::string& key, const std::string& value);

/// What stands on a command line: STEP.conf [--option value ...] [-- script arguments ...].
struct CommandLine {
    std::string step_file;
    std::vector<Setting> settings;
    std::vector<std::string> arguments;  ///< after "--"
};

/// Throws base::UsageError for an unknown option, one without its value, and for none or several
/// files.
CommandLine settings_of_command_line(const std::vector<std::string>& words,
                                     const std::string& base);

}  // namespace parallel_run::cli
