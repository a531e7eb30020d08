// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "hdf5/handle.hpp"
#include "table/buffer.hpp"

namespace parallel_run::hdf5 {

/// Where HDF5 puts text of variable length while it reads: an allocation is an addition, all are
/// freed at once, and nothing is lost when a read fails half-way.
class TextArena {
public:
    /// Refuses more than `limit` bytes in all.
    explicit TextArena(std::uint64_t limit) : limit_(limit) {}
    TextArena(const TextArena&) = delete;
    TextArena& operator=(const TextArena&) = delete;

    /// Makes reads with this transfer property list put their text here. The arena must outlive
    /// them.
    void serve(hid_t transfer);

    [[nodiscard]] bool was_full() const { return was_full_; }

private:
    void* take(std::size_t size);

    std::uint64_t limit_;
    std::uint64_t taken_ = 0;
    bool was_full_ = false;
    std::vector<table::Buffer> blocks_;
};

}  // namespace parallel_run::hdf5
