// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/unique_fd.hpp"

namespace parallel_run::output {

/// Bytes that are appended at the end and read as a whole: in memory up to a limit, beyond it in a
/// file without a name. Every byte is written before it is mapped, so a full disk is an error that
/// append() returns, never a signal. One thread at a time; a moved-from spool may only be assigned
/// to, cleared or destroyed.
class Spool {
public:
    /// All in memory.
    Spool() = default;
    /// Beyond `memory_bytes` in a file on the file system of `directory`.
    Spool(std::string directory, std::size_t memory_bytes);

    /// Returns why there is no room for the bytes, none of which were taken; empty: success.
    [[nodiscard]] std::string append(std::string_view bytes) {
        if (file_ || memory_.size() + bytes.size() > memory_.capacity()) return grow(bytes);
        memory_.append(bytes);
        return {};
    }
    [[nodiscard]] std::uint64_t size() const { return end_ - begin_ + memory_.size(); }

    /// Keeps the first `size` bytes and gives the room of the others back.
    void truncate(std::uint64_t size);
    /// Gives all room back, except the capacity in memory.
    void clear();
    /// Keeps the first `size` bytes; the others become all that `rest` holds. Copies none but those
    /// in memory, because both go on with the same file: to this one nothing may be appended before
    /// it is cleared.
    void split(std::uint64_t size, Spool& rest);

    /// All bytes, until the next change.
    base::Result<std::string_view> view();
    /// Whether what view() gave can be trusted, asked after it was read: a file system may take
    /// bytes and lose them later. Empty: it can.
    [[nodiscard]] std::string check() const;

private:
    struct Unmap {
        std::size_t size;
        void operator()(char* begin) const;
    };

    std::string grow(std::string_view bytes);
    std::string spill();
    std::string write(std::string_view bytes);
    [[nodiscard]] std::string failure(const char* what, int code) const;

    std::string directory_;
    std::size_t memory_bytes_ = std::numeric_limits<std::size_t>::max();

    // The bytes are those of the file from begin_ to end_, if there is one, then those in memory.
    std::shared_ptr<const base::UniqueFd> file_;
    std::uint64_t begin_ = 0;
    std::uint64_t end_ = 0;
    std::string memory_;
    std::unique_ptr<char, Unmap> map_;
};

}  // namespace parallel_run::output
