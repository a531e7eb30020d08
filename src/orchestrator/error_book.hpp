// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace parallel_run::orchestrator {

/// The failures of a job, counted by kind. Two texts are of one kind when they differ only in
/// numbers and paths: "cannot read /data/17.png" and "cannot read /data/4.png".
class ErrorBook {
public:
    struct Kind {
        std::string text;   ///< of the first
        std::string place;  ///< of the first: mini-batch, attempt, process, node
        std::string file;   ///< where the first is told in full
        std::uint64_t count = 0;
    };

    /// Returns whether it is the first of its kind.
    bool add(std::string_view text, const std::string& place, const std::string& file);

    /// Null: nothing failed.
    [[nodiscard]] const Kind* first() const { return first_; }
    /// Changes with every add().
    [[nodiscard]] std::uint64_t total() const { return total_; }

    /// One line for each kind, the most frequent first: count, text, first place, file.
    [[nodiscard]] std::string lines() const;

private:
    std::map<std::string, Kind, std::less<>> kinds_;  ///< by text without numbers and paths
    const Kind* first_ = nullptr;
    std::uint64_t total_ = 0;
    std::uint64_t uncounted_ = 0;  ///< of kinds beyond the most that are kept
};

}  // namespace parallel_run::orchestrator
