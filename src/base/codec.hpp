// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace parallel_run::base {

/// Appends values to a byte string. Integers are LEB128 varints (7 bits a byte, low bits first,
/// high bit set on all but the last), so small numbers take one byte; signed ones are zigzag-coded
/// first.
class Encoder {
public:
    explicit Encoder(std::string& out) : out_(out) {}

    void varint(std::uint64_t value) {
        while (value >= 0x80) {
            out_.push_back(static_cast<char>(value | 0x80));
            value >>= 7;
        }
        out_.push_back(static_cast<char>(value));
    }
    void signed_varint(std::int64_t value) {
        const auto bits = static_cast<std::uint64_t>(value);
        varint((bits << 1) ^ (value < 0 ? ~std::uint64_t{0} : 0));
    }
    void boolean(bool value) { varint(value ? 1 : 0); }
    void float64(double value);
    /// Length, then bytes.
    void string(std::string_view value) {
        varint(value.size());
        out_.append(value);
    }
    /// Count, then each.
    void strings(const std::vector<std::string>& values) {
        varint(values.size());
        for (const auto& value : values) string(value);
    }

private:
    std::string& out_;
};

/// Reads what Encoder wrote from bytes that nobody vouches for. After the first value that is cut
/// off or out of range, `ok()` is false and every further read returns zero or an empty view, so a
/// caller may check once at the end; it must check before it acts. Views point into the given
/// bytes.
class Decoder {
public:
    explicit Decoder(std::string_view bytes) : rest_(bytes) {}

    std::uint64_t varint();
    std::int64_t signed_varint() {
        const auto bits = varint();
        return static_cast<std::int64_t>((bits >> 1) ^ (~(bits & 1) + 1));
    }
    /// A varint that must fit T; otherwise the decoder fails.
    template <typename T>
    T integer() {
        static_assert(std::is_unsigned_v<T>);
        const auto value = varint();
        if (value > static_cast<T>(-1)) fail();
        return ok_ ? static_cast<T>(value) : T{0};
    }
    bool boolean() { return integer<std::uint8_t>() != 0; }
    double float64();
    std::string_view string();
    std::vector<std::string> strings();

    [[nodiscard]] bool ok() const { return ok_; }
    [[nodiscard]] bool at_end() const { return rest_.empty(); }
    /// Everything was read and nothing was wrong.
    [[nodiscard]] bool finished() const { return ok_ && rest_.empty(); }
    [[nodiscard]] std::string_view rest() const { return rest_; }
    void fail() {
        ok_ = false;
        rest_ = {};
    }

private:
    std::string_view rest_;
    bool ok_ = true;
};

}  // namespace parallel_run::base
