// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace parallel_run::output {

/// The finished rows of one rank between two epochs. Rows of a mini-batch in progress are kept
/// apart from those that count until its outcome is known.
class RowBuffer {
public:
    /// Rows of the mini-batch in progress, each with its line end.
    void add(std::string_view rows) { bytes_.append(rows); }
    /// The mini-batch succeeded: its rows count.
    void commit() { finished_ = bytes_.size(); }
    /// The attempt failed: its rows never were.
    void discard() { bytes_.resize(finished_); }

    [[nodiscard]] std::uint64_t finished_bytes() const { return finished_; }
    [[nodiscard]] std::uint64_t bytes() const { return bytes_.size(); }

    /// Moves the finished rows to `out`, whose capacity is taken over for those to come.
    void seal(std::string& out);

private:
    std::string bytes_;
    std::size_t finished_ = 0;
};

}  // namespace parallel_run::output
