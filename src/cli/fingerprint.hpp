// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "config/step.hpp"

namespace parallel_run::cli {

/// What makes two runs the same: the settings that decide the rows, the content of the entry script
/// and of source_directory, and the side inputs by path, size and time. Settings that only decide
/// how the work is done (ranks, timeouts, attempts, logs, flushing), or how its result is judged
/// (thresholds), are not part of it.
class Fingerprint {
public:
    /// Precondition: step.entry_script is the shared object. Throws base::EnvironmentError when a
    /// file cannot be read.
    static Fingerprint of(const config::Step& step);

    /// One line for each part, and back. Lines that are not of that form are left out, so a damaged
    /// text differs.
    [[nodiscard]] std::string to_text() const;
    static Fingerprint from_text(std::string_view text);

    /// A setting's value as it stands in the text; nothing: it has none.
    [[nodiscard]] std::optional<std::string> value_of(const std::string& setting) const;

    /// Whether it is of the same settings; what lies in files is not looked at.
    [[nodiscard]] bool has_settings_of(const config::Step& step) const;

    /// The first difference, in words for a user; nothing: the same.
    [[nodiscard]] std::optional<std::string> difference_from(const Fingerprint& earlier) const;

private:
    std::map<std::string, std::string> parts_;
};

/// Where the output directory of a run keeps the text.
std::string fingerprint_path(const std::string& output);

}  // namespace parallel_run::cli
