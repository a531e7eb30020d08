// SPDX-License-Identifier: Apache-2.0
// Delimited text: DelimitedParser against a reader of single bytes, in all modes and cut anywhere.
// The first six bytes choose (the bits of '@' are all 0 that are looked at, but for the cuts):
//   mode     1: multi_line; 2 and 4: the quote " " ' or none; 8 and 16: the delimiter , ; tab or 0
//   columns  less one, modulo 8
//   cuts     two bytes, 0 for the text's begin to 255 for its end
//   skip     modulo 4
//   count    modulo 64; 0: all
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "support/delimited_reference.hpp"
#include "table/range.hpp"

namespace {

namespace table = parallel_run::table;

constexpr std::array<char, 4> kDelimiters{',', ';', '\t', '\0'};
constexpr std::array<std::optional<char>, 4> kQuotes{'"', '"', '\'', std::nullopt};

table::Format format_of(std::uint8_t mode, std::uint8_t columns) {
    table::Format format;
    format.multi_line = (mode & 1) != 0;
    format.quote = kQuotes.at(mode >> 1 & 3);
    format.delimiter = kDelimiters.at(mode >> 3 & 3);
    format.columns.assign(1 + columns % 8, "x");
    return format;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr std::size_t kChoices = 6;
    if (size < kChoices) return 0;
    const auto format = format_of(data[0], data[1]);
    const std::string_view text(reinterpret_cast<const char*>(data) + kChoices, size - kChoices);
    const auto place = [&](std::uint8_t cut) { return text.size() * cut / 255; };
    const auto [first, second] = std::minmax(data[2], data[3]);
    const std::uint64_t count = data[5] % 64 == 0 ? table::Range::kAll : data[5] % 64;
    const auto difference = table::difference_from_reference(
        format, text, {place(first), place(second)}, data[4] % 4, count);
    if (difference.empty()) return 0;
    std::fprintf(stderr, "%s", difference.c_str());
    std::abort();
}
