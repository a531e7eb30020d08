// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>

namespace parallel_run::base {

/// 16 bytes; two that are equal were taken of the same bytes.
using Digest = std::array<char, 16>;

/// XXH3, 128 bits, of bytes that come in parts. Not for secrets.
class Hasher {
public:
    Hasher();
    Hasher(Hasher&&) noexcept;
    ~Hasher();

    void add(std::string_view bytes);
    /// Of all that was added so far.
    [[nodiscard]] Digest digest() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// 32 hexadecimal digits.
std::string to_text(const Digest& digest);

}  // namespace parallel_run::base
