// SPDX-License-Identifier: Apache-2.0
#include "base/codec.hpp"

#include <bit>

#include "base/error.hpp"

namespace parallel_run::base {

void Encoder::float64(double value) {
    auto bits = std::bit_cast<std::uint64_t>(value);
    for (int i = 0; i < 8; ++i, bits >>= 8) out_.push_back(static_cast<char>(bits & 0xff));
}

std::uint64_t Decoder::varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        if (rest_.empty()) break;
        const auto byte = static_cast<std::uint8_t>(rest_.front());
        rest_.remove_prefix(1);
        if (shift == 63 && byte > 1) break;
        value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
        if ((byte & 0x80) == 0) return value;
    }
    fail();
    return 0;
}

double Decoder::float64() {
    if (rest_.size() < 8) {
        fail();
        return 0;
    }
    std::uint64_t bits = 0;
    for (unsigned i = 0; i < 8; ++i) {
        bits |= static_cast<std::uint64_t>(static_cast<std::uint8_t>(rest_[i])) << (8 * i);
    }
    rest_.remove_prefix(8);
    return std::bit_cast<double>(bits);
}

std::string_view Decoder::string() {
    const auto size = varint();
    if (size > rest_.size()) fail();
    if (!ok_) return {};
    const auto value = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return value;
}

std::vector<std::string> Decoder::strings() {
    std::vector<std::string> values;
    for (auto left = varint(); left > 0 && ok_; --left) values.emplace_back(string());
    return values;
}

std::string system_error_text(const std::string& what, int code) {
    return what + ": " + std::strerror(code);
}

}  // namespace parallel_run::base
