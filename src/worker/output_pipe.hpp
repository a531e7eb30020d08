// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/unique_fd.hpp"
#include "worker/stream_file.hpp"

namespace parallel_run::worker {

/// stdout or stderr of a worker process and of all that it starts: a pipe whose content is copied
/// into a StreamFile. Large, so that the process seldom waits for the copying.
class OutputPipe {
public:
    /// The file exists from then on. Nothing, and errno, if that fails.
    static std::optional<OutputPipe> open(const std::string& path, std::uint64_t limit);

    /// For the new process; to be closed here once that has it.
    [[nodiscard]] int write_fd() const { return write_.get(); }
    void close_write_end() { write_.reset(); }

    /// poll() readable when there is something to copy; -1 when all who could write are gone.
    [[nodiscard]] int read_fd() const { return read_.get(); }

    /// Copies one block. Never waits for the process.
    void copy_block();

    /// Copies all that is in the pipe now. After the death of all who wrote that is everything,
    /// also where the pipe has no end because an outsider holds it.
    void drain();

private:
    OutputPipe(StreamFile file, base::UniqueFd read, base::UniqueFd write)
        : file_(std::move(file)), read_(std::move(read)), write_(std::move(write)) {}

    StreamFile file_;
    base::UniqueFd read_;
    base::UniqueFd write_;
};

}  // namespace parallel_run::worker
