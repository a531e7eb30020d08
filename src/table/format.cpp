// SPDX-License-Identifier: Apache-2.0
#include "table/format.hpp"

namespace parallel_run::table {

namespace {

/// One more than the byte; 0: there is none.
std::uint64_t number_of(std::optional<char> character) {
    return character ? std::uint64_t{static_cast<unsigned char>(*character)} + 1 : 0;
}

std::optional<char> character_of(std::uint64_t number) {
    if (number == 0) return std::nullopt;
    return static_cast<char>(number - 1);
}

template <typename Enum>
Enum enum_of(base::Decoder& in, Enum last) {
    const auto number = in.varint();
    if (number > static_cast<std::uint64_t>(last)) in.fail();
    return in.ok() ? static_cast<Enum>(number) : Enum{};
}

}  // namespace

void encode(const Format& format, base::Encoder& out) {
    out.varint(static_cast<std::uint64_t>(format.kind));
    out.varint(number_of(format.delimiter));
    out.varint(number_of(format.quote));
    out.varint(static_cast<std::uint64_t>(format.header));
    out.boolean(format.multi_line);
    out.strings(format.datasets);
    out.strings(format.columns);
    out.string(format.first_file);
}

Format decode_format(base::Decoder& in) {
    Format format;
    format.kind = enum_of(in, Kind::hdf5);
    const auto delimiter = in.varint();
    const auto quote = in.varint();
    constexpr std::uint64_t kLast = 256;
    if (delimiter == 0 || delimiter > kLast || quote > kLast) in.fail();
    format.delimiter = character_of(delimiter).value_or(',');
    format.quote = character_of(quote);
    format.header = enum_of(in, config::Header::none);
    format.multi_line = in.boolean();
    format.datasets = in.strings();
    format.columns = in.strings();
    format.first_file = in.string();
    return format;
}

}  // namespace parallel_run::table
