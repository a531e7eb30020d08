// SPDX-License-Identifier: Apache-2.0
#include "table/buffer.hpp"

#include <algorithm>
#include <cstring>
#include <new>

namespace parallel_run::table {

namespace {

constexpr std::align_val_t kAlignment{64};

}  // namespace

void Buffer::Free::operator()(char* bytes) const { ::operator delete[](bytes, kAlignment); }

void Buffer::resize(std::size_t size) {
    if (size > capacity_) grow(std::max(size, capacity_ + capacity_ / 2));
    size_ = size;
}

void Buffer::append(std::string_view bytes) {
    if (bytes.empty()) return;
    const auto end = size_;
    resize(end + bytes.size());
    std::memcpy(bytes_.get() + end, bytes.data(), bytes.size());
}

void Buffer::grow(std::size_t capacity) {
    std::unique_ptr<char[], Free> bytes(static_cast<char*>(::operator new[](capacity, kAlignment)));
    if (size_ > 0) std::memcpy(bytes.get(), bytes_.get(), size_);
    bytes_ = std::move(bytes);
    capacity_ = capacity;
}

}  // namespace parallel_run::table
