// SPDX-License-Identifier: Apache-2.0
#include "expected.hpp"

#include "known_rows.hpp"

#include <algorithm>
#include <iterator>
#include <regex>
#include <stdexcept>
#include <string_view>

namespace parallel_run::faults {

namespace {

using Rows = std::vector<std::string>;
constexpr std::size_t kShown = 5;

Rows sorted_lines(std::string_view text) {
    Rows lines;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    std::sort(lines.begin(), lines.end());
    return lines;
}

/// Their number and how the first of them begin.
std::string list_of(const Rows& rows, const std::string& what) {
    if (rows.empty()) return {};
    constexpr std::size_t kLetters = 30;
    auto text = std::to_string(rows.size()) + " rows " + what + ":";
    for (std::size_t i = 0; i < std::min(rows.size(), kShown); ++i) {
        text += " '" + rows[i].substr(0, kLetters) + "'";
    }
    return text + "\n";
}

}  // namespace

std::string text(const Counts& counts) {
    return std::to_string(counts.processed) + " mini-batches processed, " +
           std::to_string(counts.failed) + " failed, " + std::to_string(counts.items_succeeded) +
           " items succeeded, " + std::to_string(counts.items_failed) + " failed";
}

Expected expected_of(std::uint64_t items) {
    Expected expected;
    for (std::uint64_t item = 0; item < items; ++item) {
        const auto batch = item / kBatchSize;
        const auto batch_fails = fate_of_batch(batch) == BatchFate::throws_always;
        if (item % kBatchSize == 0) {
            ++(batch_fails ? expected.counts.failed : expected.counts.processed);
        }
        if (batch_fails || item_fails(item)) {
            ++expected.counts.items_failed;
            continue;
        }
        ++expected.counts.items_succeeded;
        expected.rows.push_back(row_of_item(item));
        expected.bytes += expected.rows.back().size() + 1;
    }
    std::sort(expected.rows.begin(), expected.rows.end());
    return expected;
}

Counts counts_told(const std::string& status_json) {
    static const std::regex kCounts(R"("processed": ([0-9]+), "failed": ([0-9]+).*)"
                                    R"("items": \{"succeeded": ([0-9]+), "failed": ([0-9]+)\})");
    std::smatch found;
    if (!std::regex_search(status_json, found, kCounts)) {
        throw std::runtime_error("there are no counts in: " + status_json);
    }
    return {std::stoull(found[1]), std::stoull(found[2]), std::stoull(found[3]),
            std::stoull(found[4])};
}

std::string difference(const std::string& output, const Rows& sorted_rows) {
    const auto found = sorted_lines(output);
    Rows lost;
    Rows surplus;
    std::set_difference(sorted_rows.begin(), sorted_rows.end(), found.begin(), found.end(),
                        std::back_inserter(lost));
    std::set_difference(found.begin(), found.end(), sorted_rows.begin(), sorted_rows.end(),
                        std::back_inserter(surplus));
    auto text = list_of(lost, "lost") + list_of(surplus, "too many or torn");
    if (!output.empty() && output.back() != '\n') text += "the last line has no end\n";
    return text;
}

}  // namespace parallel_run::faults
