// SPDX-License-Identifier: Apache-2.0
#include "hdf5/split.hpp"

#include <cstring>
#include <string_view>

namespace parallel_run::hdf5 {

namespace {

/// kSize 0: `size` is known only now.
template <std::size_t kSize>
void gather(const char* from, std::size_t stride, std::uint64_t count, std::size_t size, char* to) {
    for (std::uint64_t i = 0; i < count; ++i, from += stride) {
        if constexpr (kSize == 0) {
            std::memcpy(to, from, size);
            to += size;
        } else {
            std::memcpy(to, from, kSize);
            to += kSize;
        }
    }
}

void split_numbers(const Member& member, const char* elements, std::size_t stride,
                   std::uint64_t count, table::Buffer& values) {
    const auto size = member.size * member.count;
    const auto end = values.size();
    values.resize(end + count * size);
    const char* from = elements + member.offset;
    char* to = values.data() + end;
    switch (size) {
        case 1: return gather<1>(from, stride, count, size, to);
        case 2: return gather<2>(from, stride, count, size, to);
        case 4: return gather<4>(from, stride, count, size, to);
        case 8: return gather<8>(from, stride, count, size, to);
        default: return gather<0>(from, stride, count, size, to);
    }
}

std::string_view text_at(const Member& member, const char* at) {
    if (member.text == Text::variable) {
        const char* text = nullptr;
        std::memcpy(&text, at, sizeof text);
        return text == nullptr ? std::string_view() : std::string_view(text);
    }
    const std::string_view padded(at, member.size);
    if (member.text == Text::terminated) return padded.substr(0, padded.find('\0'));
    const auto last = padded.find_last_not_of(member.text == Text::space_padded ? ' ' : '\0');
    return padded.substr(0, last + 1);
}

bool append_text(std::string_view text, table::Column& column, std::uint64_t max_text) {
    const auto begin = column.text.size();
    if (text.size() > max_text - begin) return false;
    column.spans.push_back(
        {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(text.size())});
    column.text.append(text);
    return true;
}

/// The columns are a row's texts in their order: element by element, within it value by value.
bool split_text(const Member& member, const char* elements, std::size_t stride, std::uint64_t rows,
                std::span<table::Column> columns, std::uint64_t max_text) {
    for (std::uint64_t row = 0; row < rows; ++row) {
        for (std::size_t i = 0; i < columns.size(); ++i) {
            const auto* const at =
                elements + (row * (columns.size() / member.count) + i / member.count) * stride +
                member.offset + i % member.count * member.size;
            if (!append_text(text_at(member, at), columns[i], max_text)) return false;
        }
    }
    return true;
}

}  // namespace

std::uint64_t column_count(const Member& member, std::uint64_t elements_per_row) {
    return member.text == Text::none ? 1 : elements_per_row * member.count;
}

bool split(const Element& element, const char* elements, std::uint64_t rows,
           std::uint64_t elements_per_row, std::span<table::Column> columns,
           std::uint64_t max_text) {
    for (const auto& member : element.members) {
        const auto mine = columns.first(column_count(member, elements_per_row));
        columns = columns.subspan(mine.size());
        if (member.text == Text::none) {
            split_numbers(member, elements, element.size, rows * elements_per_row, mine[0].values);
        } else if (!split_text(member, elements, element.size, rows, mine, max_text)) {
            return false;
        }
    }
    return true;
}

}  // namespace parallel_run::hdf5
