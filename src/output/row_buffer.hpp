// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "output/spool.hpp"

namespace parallel_run::output {

/// The finished rows of one rank between two epochs. Rows of a mini-batch in progress are kept
/// apart from those that count until its outcome is known.
class RowBuffer {
public:
    /// All in memory.
    RowBuffer() = default;
    /// Beyond `memory_bytes` in a file without a name on the file system of `directory`.
    RowBuffer(std::string directory, std::size_t memory_bytes)
        : bytes_(std::move(directory), memory_bytes) {}

    /// Rows of the mini-batch in progress, each with its line end. False: there is no room for
    /// them, and nothing more of this mini-batch is taken; error() says why until discard().
    [[nodiscard]] bool add(std::string_view rows) {
        if (!error_.empty()) return false;
        auto error = bytes_.append(rows);
        if (error.empty()) return true;
        error_ = std::move(error);
        return false;
    }
    [[nodiscard]] const std::string& error() const { return error_; }

    /// The mini-batch succeeded: its rows count. Precondition: all were taken.
    void commit() { finished_ = bytes_.size(); }
    /// The attempt failed: its rows never were.
    void discard();

    [[nodiscard]] std::uint64_t finished_bytes() const { return finished_; }
    [[nodiscard]] std::uint64_t bytes() const { return bytes_.size(); }

    /// Moves the finished rows to `out`, whose capacity is taken over for those to come.
    void seal(Spool& out);

private:
    Spool bytes_;
    std::uint64_t finished_ = 0;
    std::string error_;
};

}  // namespace parallel_run::output
