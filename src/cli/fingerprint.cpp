// SPDX-License-Identifier: Apache-2.0
#include "cli/fingerprint.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <vector>

#include "base/error.hpp"
#include "base/hasher.hpp"
#include "cli/parameters.hpp"
#include "dataset/file_source.hpp"
#include "journal/writer.hpp"

namespace parallel_run::cli {

namespace {

namespace fs = std::filesystem;

using Parts = std::map<std::string, std::string>;

/// They decide how the work is done, not what comes of it; or they are part of the fingerprint by
/// content.
constexpr std::array kLeftOut = {"entry_script",
                                 "source_directory",
                                 "side_input",
                                 "allow_reuse",
                                 "overwrite",
                                 "max_restarts",
                                 "grace_seconds",
                                 "flush_interval",
                                 "flush_bytes",
                                 "run_max_try",
                                 "run_invocation_timeout",
                                 "task_overhead_timeout",
                                 "logs",
                                 "progress_update_timeout",
                                 "first_task_creation_timeout",
                                 "logging_level",
                                 "process_count_per_node",
                                 "node_count",
                                 "error_threshold",
                                 "allowed_failed_count",
                                 "allowed_failed_percent",
                                 "dedicated_orchestrator"};

bool is_left_out(const std::string& name) {
    return std::find(kLeftOut.begin(), kLeftOut.end(), name) != kLeftOut.end();
}

std::string content_of(const fs::path& path) {
    base::Hasher hasher;
    std::ifstream file(path, std::ios::binary);
    std::vector<char> block(1 << 20);
    while (file) {
        file.read(block.data(), static_cast<std::streamsize>(block.size()));
        hasher.add({block.data(), static_cast<std::size_t>(file.gcount())});
    }
    if (!file.eof()) {
        throw base::EnvironmentError(
            base::system_error_text("cannot read " + path.string(), errno));
    }
    return "content " + base::to_text(hasher.digest());
}

std::string size_and_time_of(const fs::path& path) {
    const auto time = fs::last_write_time(path).time_since_epoch().count();
    return std::to_string(fs::file_size(path)) + " bytes of time " + std::to_string(time);
}

/// Adds a file, or every file below a directory but for what the run itself writes there, each
/// described by `describe`.
template <typename Describe>
void add_files(Parts& parts, const std::string& what, const fs::path& path,
               const config::Step& step, Describe&& describe) {
    try {
        if (!fs::is_directory(path)) {
            parts[what] = describe(path);
            return;
        }
        fs::recursive_directory_iterator entry(path);
        for (; entry != fs::recursive_directory_iterator(); ++entry) {
            if (entry->path() == step.output || entry->path() == step.logs) {
                entry.disable_recursion_pending();
            } else if (entry->is_regular_file()) {
                parts[what + ", file " + entry->path().lexically_relative(path).string()] =
                    describe(entry->path());
            }
        }
    } catch (const fs::filesystem_error& error) {
        throw base::EnvironmentError("cannot look at " + what + ": " + error.what());
    }
}

/// A part's name or value on one line without tabs.
std::string escaped(const std::string& text) {
    std::string result;
    for (const char c : text) {
        switch (c) {
            case '\\': result += "\\\\"; break;
            case '\n': result += "\\n"; break;
            case '\t': result += "\\t"; break;
            default: result += c;
        }
    }
    return result;
}

Parts settings_of(const config::Step& step) {
    Parts parts;
    for (const auto& parameter : parameters()) {
        if (is_left_out(parameter.name)) continue;
        const auto values = parameter.write(step);
        for (std::size_t i = 0; i < values.size(); ++i) {
            const auto nth = i == 0 ? "" : " (" + std::to_string(i + 1) + ")";
            parts[escaped(parameter.name + nth)] = escaped(values[i]);
        }
    }
    return parts;
}

/// The files of an input, where a plan costs too much to be compared: what it depends on.
std::string files_of(const config::Input& input) {
    const auto files = dataset::open_input(input);
    std::uint64_t count = 0;
    base::Hasher hasher;
    for (; const auto path = files->next({}); ++count) {
        hasher.add(std::string(*path) + '\n' + size_and_time_of(*path) + '\n');
    }
    return std::to_string(count) + " files, by names, sizes and times " +
           base::to_text(hasher.digest());
}

void add_gathered_inputs(Parts& parts, const config::Step& step) {
    for (const auto& input : step.input) {
        const auto what = "what is in input " + escaped(input.name);
        try {
            parts[what] = files_of(input);
        } catch (const fs::filesystem_error& error) {
            throw base::EnvironmentError("cannot look at " + what + ": " + error.what());
        }
    }
}

bool is_content(const std::string& value) { return value.starts_with("content "); }

std::string change(const std::string& name, const std::string& before, const std::string& now) {
    if (is_content(before) && is_content(now)) return name + " has changed";
    return name + " is " + now + " and was " + before;
}

}  // namespace

Fingerprint Fingerprint::of(const config::Step& step) {
    Fingerprint fingerprint;
    auto& parts = fingerprint.parts_ = settings_of(step);
    add_files(parts, "the entry script", step.entry_script, step, content_of);
    if (!step.source_directory.empty()) {
        add_files(parts, "source_directory " + escaped(step.source_directory),
                  step.source_directory, step, content_of);
    }
    for (const auto& side : step.side_input) {
        add_files(parts, "side_input " + escaped(side.name + "=" + side.path), side.path, step,
                  size_and_time_of);
    }
    if (config::gathers_rows(step)) add_gathered_inputs(parts, step);
    return fingerprint;
}

std::string Fingerprint::to_text() const {
    std::string text;
    for (const auto& [name, value] : parts_) text += name + "\t" + value + "\n";
    return text;
}

Fingerprint Fingerprint::from_text(std::string_view text) {
    Fingerprint fingerprint;
    while (!text.empty()) {
        const auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        const auto tab = line.find('\t');
        if (tab == std::string_view::npos) continue;
        fingerprint.parts_.emplace(line.substr(0, tab), line.substr(tab + 1));
    }
    return fingerprint;
}

std::optional<std::string> Fingerprint::value_of(const std::string& setting) const {
    const auto found = parts_.find(setting);
    return found == parts_.end() ? std::nullopt : std::optional(found->second);
}

bool Fingerprint::has_settings_of(const config::Step& step) const {
    const auto settings = settings_of(step);
    return std::all_of(settings.begin(), settings.end(), [this](const auto& part) {
        const auto found = parts_.find(part.first);
        return found != parts_.end() && found->second == part.second;
    });
}

std::optional<std::string> Fingerprint::difference_from(const Fingerprint& earlier) const {
    for (const auto& [name, value] : parts_) {
        const auto before = earlier.parts_.find(name);
        if (before == earlier.parts_.end()) return name + " is new: " + value;
        if (before->second != value) return change(name, before->second, value);
    }
    for (const auto& [name, value] : earlier.parts_) {
        if (!parts_.contains(name)) return name + " is gone; it was " + value;
    }
    return std::nullopt;
}

std::string fingerprint_path(const std::string& output) {
    return journal::state_directory(output) + "/fingerprint";
}

}  // namespace parallel_run::cli
