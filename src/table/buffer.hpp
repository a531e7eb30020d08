// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

namespace parallel_run::table {

/// Bytes that are not set to zero before they are overwritten, aligned to 64 bytes, whose memory
/// stays for the next mini-batch.
class Buffer {
public:
    Buffer() = default;

    [[nodiscard]] char* data() { return bytes_.get(); }
    [[nodiscard]] const char* data() const { return bytes_.get(); }
    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] std::size_t capacity() const { return capacity_; }
    [[nodiscard]] std::string_view view() const { return {bytes_.get(), size_}; }

    void clear() { size_ = 0; }
    /// Keeps the first bytes; those that are new have any value.
    void resize(std::size_t size);
    void append(std::string_view bytes);

private:
    struct Free {
        void operator()(char* bytes) const;
    };
    void grow(std::size_t capacity);

    std::unique_ptr<char[], Free> bytes_;
    std::size_t size_ = 0;
    std::size_t capacity_ = 0;
};

}  // namespace parallel_run::table
