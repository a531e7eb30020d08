// SPDX-License-Identifier: Apache-2.0
#include "house_rules.hpp"

#include "source_text.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <span>

namespace parallel_run::quality {

namespace fs = std::filesystem;

namespace {

struct ThirdParty {
    std::string_view name;
    std::vector<std::string_view> headers;  ///< what the included names begin with
    std::vector<std::string_view>
        places;  ///< what the paths of those who may include them begin with
};

const std::array kThirdParties{
    ThirdParty{"MPI",
               {"mpi.h"},
               {"src/transport/", "src/output/", "src/worker/", "src/orchestrator/",
                "src/cli/run_command."}},
    ThirdParty{"spdlog",
               {"spdlog/"},
               {"src/logging/", "src/transport/", "src/output/", "src/worker/", "src/orchestrator/",
                "src/cli/"}},
    ThirdParty{"Boost", {"boost/"}, {"src/cli/"}},
    ThirdParty{"libdw", {"elfutils/", "dwarf.h"}, {"src/stacks/"}},
    ThirdParty{"CUDA", {"cuda", "nvml"}, {"src/gpu/"}},
};

bool begins_with_any(std::string_view text, std::span<const std::string_view> beginnings) {
    return std::any_of(beginnings.begin(), beginnings.end(),
                       [&](auto beginning) { return text.starts_with(beginning); });
}

bool is_hdf5(std::string_view header) {
    return header == "hdf5.h" || header == "hdf5_hl.h" || header.starts_with("H5");
}

/// Floor -> the floors it may include, itself among them.
using Floors = std::map<std::string, std::set<std::string>>;

/// One run over a source tree.
class IncludeCheck {
public:
    explicit IncludeCheck(const fs::path& root) : root_(root) {}

    Report run() {
        read_floors();
        for (const auto& file : files_below(root_, "src")) check_source(file);
        for (const auto& file : files_below(root_, "include")) check_public_header(file);
        if (hdf5_files_.size() > 1) check_hdf5();
        return std::move(report_);
    }

private:
    void violation(const fs::path& file, std::size_t line, const std::string& reason) {
        report_.violations.push_back(relative(file) + ":" + std::to_string(line) + ": " + reason);
    }
    std::string relative(const fs::path& file) const {
        return file.lexically_relative(root_).generic_string();
    }

    void read_floors() {
        const auto words = cmake_words(root_ / "src/CMakeLists.txt");
        for (std::size_t i = 0; i + 1 < words.size(); ++i) {
            if (words[i] == "add_subdirectory") read_floor(words[i + 1]);
        }
    }

    void read_floor(const std::string& floor) {
        std::set<std::string> below{floor};
        const auto file = root_ / "src" / floor / "CMakeLists.txt";
        for (const auto& word : cmake_words(file)) {
            const auto used = word.starts_with("pr_") ? word.substr(3) : floor;
            if (used == floor || !fs::exists(root_ / "src" / used)) continue;
            const auto known = floors_.find(used);
            if (known == floors_.end()) {
                violation(file, 1,
                          floor + " links " + used +
                              ", which src/CMakeLists.txt does not list before it");
            } else {
                below.insert(known->second.begin(), known->second.end());
            }
        }
        floors_.emplace(floor, std::move(below));
    }

    void check_source(const fs::path& file) {
        const auto extension = file.extension();
        if (extension != ".cpp" && extension != ".hpp" && extension != ".h" && extension != ".cu" &&
            extension != ".inl")
            return;
        ++report_.files;
        const auto floor = floors_.find(file.lexically_relative(root_ / "src").begin()->string());
        if (floor == floors_.end()) {
            violation(file, 1, "is in no floor that src/CMakeLists.txt lists");
            return;
        }
        for (const auto& include : includes_of(file)) {
            if (include.quoted) check_own(file, *floor, include);
            check_third_party(file, include);
        }
    }

    void check_own(const fs::path& file, const Floors::value_type& floor, const Include& include) {
        const auto slash = include.header.find('/');
        if (slash == std::string::npos) {
            violation(file, include.line,
                      "includes " + include.header + " without its path from src/");
        } else if (!floor.second.contains(include.header.substr(0, slash))) {
            violation(file, include.line,
                      floor.first + " does not link the floor of " + include.header);
        }
    }

    void check_third_party(const fs::path& file, const Include& include) {
        for (const auto& party : kThirdParties) {
            if (begins_with_any(include.header, party.headers) &&
                !begins_with_any(relative(file), party.places)) {
                violation(file, include.line, std::string(party.name) + " is not for this place");
            }
        }
        if (is_hdf5(include.header) && !relative(file).starts_with("src/hdf5/")) {
            hdf5_files_.insert(fs::path(file).replace_extension());
        }
    }

    void check_public_header(const fs::path& file) {
        if (file.extension() != ".h" && file.extension() != ".hpp") return;
        ++report_.files;
        for (const auto& include : includes_of(file)) {
            const bool has_path = include.header.find('/') != std::string::npos;
            if (include.quoted || (has_path && !include.header.starts_with("parallel_run/") &&
                                   !include.header.starts_with("fmt/"))) {
                violation(file, include.line, "a public header includes " + include.header);
            }
        }
    }

    void check_hdf5() {
        for (const auto& file : hdf5_files_) {
            violation(file, 1, "HDF5 is included by more than one file outside hdf5");
        }
    }

    fs::path root_;
    Floors floors_;
    /// The engine's own use of HDF5, that of what is written; src/hdf5 is the library that reads.
    /// Without extension: a header and its source are one.
    std::set<fs::path> hdf5_files_;
    Report report_;
};

bool needs_license_line(const fs::path& file, const std::vector<std::string>& lines) {
    static const std::set<std::string> kExtensions{".c",   ".h",   ".cpp", ".hpp",   ".cu",
                                                   ".f90", ".inl", ".py",  ".cmake", ".sh"};
    return kExtensions.contains(file.extension().string()) || file.filename() == "CMakeLists.txt" ||
           (!lines.empty() && lines.front().starts_with("#!"));
}

}  // namespace

Report check_includes(const fs::path& root) { return IncludeCheck(root).run(); }

Report check_license_lines(const fs::path& root) {
    Report report;
    for (const auto* folder : {"src", "include", "tests", "examples", "benchmarks", "scripts",
                               "slurm", "cmake", ".ci"}) {
        for (const auto& file : files_below(root, folder)) {
            const auto lines = lines_of(file);
            if (!needs_license_line(file, lines)) continue;
            ++report.files;
            const std::size_t wanted = !lines.empty() && lines.front().starts_with("#!") ? 1 : 0;
            if (lines.size() <= wanted ||
                lines[wanted].find("SPDX-License-Identifier: Apache-2.0") == std::string::npos) {
                report.violations.push_back(file.lexically_relative(root).generic_string() + ":" +
                                            std::to_string(wanted + 1) + ": no SPDX line");
            }
        }
    }
    return report;
}

}  // namespace parallel_run::quality
