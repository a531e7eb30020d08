// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/unique_fd.hpp"

namespace parallel_run::worker {

/// A file for output without end: its size is bounded, and nothing that goes wrong with it stops or
/// ends the writer. At its limit the file is renamed to `<path>.1`, where it replaces an older one,
/// and a new one begins with a line that says so and how many bytes were dropped in all; so twice
/// the limit (and a line) is the most there is on the disk. A line is torn by that only if it is
/// longer than an eighth of the limit or 64 KiB. What cannot be written, because the disk is full,
/// is dropped, and a line says so as soon as there is room.
class StreamFile {
public:
    /// Creates the file, or opens it to append to it; nothing, and errno, if that fails. A path
    /// that leads to something else than a regular file has no limit. Precondition: limit > 0.
    static std::optional<StreamFile> open(const std::string& path, std::uint64_t limit);

    void append(std::string_view bytes);

    /// Nothing more will come: tries once more to say what could not be written.
    void finish();

private:
    StreamFile(std::string path, base::UniqueFd fd) : path_(std::move(path)), fd_(std::move(fd)) {}

    std::size_t fitting(std::string_view bytes);
    void rotate();
    void write(std::string_view bytes);
    bool say_unwritten();
    std::size_t put(std::string_view bytes);

    std::string path_;
    base::UniqueFd fd_;
    std::uint64_t limit_ = 0;
    std::uint64_t size_ = 0;       ///< bytes of the stream in the file
    std::uint64_t previous_ = 0;   ///< and in `<path>.1`
    std::uint64_t dropped_ = 0;    ///< and nowhere
    std::uint64_t unwritten_ = 0;  ///< of these: not yet told in the file
    int error_ = 0;                ///< why
    bool full_ = false;            ///< to be rotated before the next byte
    bool at_line_end_ = true;
};

}  // namespace parallel_run::worker
