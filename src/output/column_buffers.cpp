// SPDX-License-Identifier: Apache-2.0
#include "output/column_buffers.hpp"

#include <cstring>

namespace parallel_run::output {

namespace {

/// `count` pieces of `bytes` each, `from_step` apart where they come from and `to_step` where they
/// go to. Small pieces of a size that the compiler knows are copied by a move or two.
template <std::uint64_t kBytes>
void copy_known(const char* from, std::uint64_t from_step, char* to, std::uint64_t to_step,
                std::uint64_t count) {
    for (; count > 0; --count, from += from_step, to += to_step) std::memcpy(to, from, kBytes);
}

void copy(const char* from, std::uint64_t from_step, char* to, std::uint64_t to_step,
          std::uint64_t bytes, std::uint64_t count) {
    switch (bytes) {
        case 1: return copy_known<1>(from, from_step, to, to_step, count);
        case 2: return copy_known<2>(from, from_step, to, to_step, count);
        case 4: return copy_known<4>(from, from_step, to, to_step, count);
        case 8: return copy_known<8>(from, from_step, to, to_step, count);
        default: break;
    }
    for (; count > 0; --count, from += from_step, to += to_step) std::memcpy(to, from, bytes);
}

}  // namespace

ColumnBuffers::ColumnBuffers(const schema::Columns& columns, std::uint64_t rows) {
    for (const auto& column : columns) {
        const auto bytes = column.row_bytes();
        parts_.push_back({bytes, std::string(bytes * rows, '\0')});
        row_bytes_ += bytes;
    }
}

void ColumnBuffers::unpack(std::string_view rows, std::uint64_t at) {
    const auto* from = rows.data();
    for (auto& part : parts_) {
        copy(from, row_bytes_, part.values.data() + at * part.bytes, part.bytes, part.bytes,
             rows.size() / row_bytes_);
        from += part.bytes;
    }
}

void ColumnBuffers::pack(std::uint64_t count, std::string& rows) const {
    rows.resize(count * row_bytes_);
    auto* to = rows.data();
    for (const auto& part : parts_) {
        copy(part.values.data(), part.bytes, to, row_bytes_, part.bytes, count);
        to += part.bytes;
    }
}

std::vector<void*> ColumnBuffers::data() {
    std::vector<void*> all;
    for (auto& part : parts_) all.push_back(part.values.data());
    return all;
}

}  // namespace parallel_run::output
