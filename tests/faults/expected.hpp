// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace parallel_run::faults {

struct Counts {
    std::uint64_t processed = 0;  ///< mini-batches
    std::uint64_t failed = 0;     ///< mini-batches
    std::uint64_t items_succeeded = 0;
    std::uint64_t items_failed = 0;
    bool operator==(const Counts&) const = default;
};
std::string text(const Counts& counts);

/// What a job over that many items must leave.
struct Expected {
    std::vector<std::string> rows;  ///< sorted
    std::uint64_t bytes = 0;        ///< of the output
    Counts counts;
};
Expected expected_of(std::uint64_t items);

/// Those that `parallel-run status --json` tells; throws std::runtime_error when it does not.
Counts counts_told(const std::string& status_json);

/// How the output differs from these rows in any order: lost, twice, torn. Empty: not at all.
std::string difference(const std::string& output, const std::vector<std::string>& sorted_rows);

}  // namespace parallel_run::faults
