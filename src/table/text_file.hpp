// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/unique_fd.hpp"
#include "table/range.hpp"

namespace parallel_run::table {

/// A file that is open for reading. Its functions throw ReadError.
class TextFile {
public:
    explicit TextFile(std::string path);

    [[nodiscard]] const std::string& path() const { return path_; }
    /// In bytes, when it was opened.
    [[nodiscard]] std::uint64_t size() const { return size_; }

    /// Throws when the file is no longer the one that `planned` was cut from.
    void check_unchanged(const Range& planned) const;

    /// Reads `size` bytes from `position` on, fewer only at the file's end; says how many.
    std::size_t read(std::uint64_t position, char* to, std::size_t size) const;

private:
    std::string path_;
    base::UniqueFd fd_;
    std::uint64_t size_ = 0;
};

}  // namespace parallel_run::table
