// SPDX-License-Identifier: Apache-2.0
#include "table/delimited.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <limits>
#include <utility>

#include "table/delimited_masks.hpp"
#include "table/delimited_record.hpp"
#include "table/reader.hpp"
#include "table/span_writer.hpp"

namespace parallel_run::table {

namespace {

std::size_t lowest_bit(std::uint64_t bits) {
    return static_cast<std::size_t>(std::countr_zero(bits));
}

/// Bit i is the parity of the bits 0 to i.
std::uint64_t parities(std::uint64_t bits) {
    for (int distance = 1; distance < 64; distance *= 2) bits ^= bits << distance;
    return bits;
}

/// What the bytes of a block mean.
struct Meaning {
    std::uint64_t inside = 0;  ///< an odd number of quotes up to this byte, with it
    std::uint64_t delimiters = 0;
    std::uint64_t record_ends = 0;
    std::uint64_t closings = 0;  ///< quotes that do not begin a field
    std::uint64_t suspects = 0;  ///< behind a closing, but no field ends there

    [[nodiscard]] std::uint64_t ends() const { return delimiters | record_ends; }
};

/// One pass over a table's bytes, by the masks of 64 of them at a time. Where the quotes of a
/// record are even in number, and each begins a field or stands before a field's end, they surround
/// whole fields; only then the record is taken as the masks show it. DelimitedRecord decides about
/// all others.
class Splitter {
public:
    Splitter(const Format& format, Table& table, std::uint64_t skip, std::uint64_t count)
        : format_(format),
          table_(table),
          columns_(format.columns.size()),
          multi_line_(format.multi_line && format.quote),
          quote_(format.quote ? static_cast<unsigned char>(*format.quote) : -1),
          text_(table.bytes.data()),
          size_(table.bytes.size()),
          skip_(skip),
          left_(count),
          fields_(table.fields),
          records_(table.records),
          record_(format) {
        check_size(size_);
    }

    void run() {
        take_whole_blocks();
        take_last_block();
        if (left_ > 0 && record_begin_ < size_) take_record(size_, true);
        if (table_.bad_count > 0) number_rows();
        fields_.finish();
        records_.finish();
        table_.row_count = table_.records.size();
    }

private:
    void take_whole_blocks() {
        std::array<Masks, 32> masks;
        const auto blocks = size_ / kMaskedBytes;
        for (std::size_t first = 0; first < blocks && left_ > 0; first += masks.size()) {
            const auto some = std::min(masks.size(), blocks - first);
            find_masks(text_ + first * kMaskedBytes, some, masks.data());
            for (std::size_t i = 0; i < some && left_ > 0; ++i) {
                take_block(masks[i], (first + i) * kMaskedBytes);
            }
        }
    }

    void take_last_block() {
        const auto rest = size_ % kMaskedBytes;
        if (rest == 0 || left_ == 0) return;
        std::array<char, kMaskedBytes> block{};
        std::memcpy(block.data(), text_ + size_ - rest, rest);
        Masks masks;
        find_masks(block.data(), 1, &masks);
        const auto text = (std::uint64_t{1} << rest) - 1;
        masks.delimiter &= text;
        masks.quote &= text;
        take_block(masks, size_ - rest);
    }

    void find_masks(const char* text, std::size_t blocks, Masks* masks) const {
        find_masks_(text, blocks, format_.delimiter, format_.quote.value_or('\0'), masks);
        if (quote_ >= 0) return;
        for (std::size_t i = 0; i < blocks; ++i) masks[i].quote = 0;
    }

    void take_block(const Masks& masks, std::size_t base) {
        make_room();
        auto flips = inside_ ? ~std::uint64_t{0} : 0;
        auto meaning = meaning_of(masks, base, flips);
        for (auto ahead = ~std::uint64_t{0};;) {
            const auto stops = (meaning.record_ends | meaning.suspects) & ahead;
            const auto stop = stops & (~stops + 1);
            for (auto ends = meaning.delimiters & ahead & (stop - 1); ends != 0; ends &= ends - 1) {
                end_field(base + lowest_bit(ends));
            }
            if (stop == 0) break;
            ahead = ~(stop | (stop - 1));
            if ((stop & meaning.suspects) != 0) {
                suspect_ = true;
                continue;
            }
            const bool odd = (stop & meaning.inside) != 0;
            end_record(base + lowest_bit(stop), odd);
            if (left_ == 0) return;
            if (odd) {
                // Only without multi_line: an open quote ends with its line.
                flips ^= ~(stop - 1);
                meaning = meaning_of(masks, base, flips);
            }
        }
        constexpr auto kLast = kMaskedBytes - 1;
        inside_ = (meaning.inside >> kLast) != 0;
        behind_end_ = (meaning.ends() >> kLast) != 0;
        behind_closing_ = (meaning.closings >> kLast) != 0;
    }

    /// `flips`: where quotes before this block, or lines that ended inside quotes, turn the parity.
    Meaning meaning_of(const Masks& masks, std::size_t base, std::uint64_t flips) const {
        Meaning meaning;
        if ((masks.quote | flips) == 0 && !behind_closing_) {
            meaning.delimiters = masks.delimiter;
            meaning.record_ends = masks.line_feed;
            return meaning;
        }
        meaning.inside = parities(masks.quote) ^ flips;
        meaning.delimiters = masks.delimiter & ~meaning.inside;
        meaning.record_ends = multi_line_ ? masks.line_feed & ~meaning.inside : masks.line_feed;
        const auto ends = meaning.ends();
        meaning.closings = masks.quote & ~(ends << 1 | std::uint64_t{behind_end_});
        const auto behind = meaning.closings << 1 | std::uint64_t{behind_closing_};
        meaning.suspects = behind & ~(ends | line_end_beginnings(masks, meaning, base));
        return meaning;
    }

    /// The carriage returns before a record's end.
    std::uint64_t line_end_beginnings(const Masks& masks, const Meaning& meaning,
                                      std::size_t base) const {
        const auto next = base + kMaskedBytes;
        const bool next_ends = next < size_ && text_[next] == '\n';
        return masks.carriage_return &
               (meaning.record_ends >> 1 | std::uint64_t{next_ends} << (kMaskedBytes - 1));
    }

    void end_field(std::size_t end) {
        const bool quoted = static_cast<unsigned char>(text_[field_begin_]) == quote_;
        const std::size_t quotes = quoted ? 1 : 0;
        fields_.add(field_begin_ + quotes, end - field_begin_ - 2 * quotes);
        field_begin_ = end + 1;
    }

    void end_record(std::size_t line_feed, bool odd_quotes) {
        auto end = line_feed;
        if (end > record_begin_ && text_[end - 1] == '\r') --end;
        if (end > record_begin_) {
            end_field(end);
            take_record(end, suspect_ || odd_quotes);
        }
        record_begin_ = field_begin_ = line_feed + 1;
        suspect_ = false;
    }

    void take_record(std::size_t end, bool suspect) {
        if (skip_ > 0) {
            --skip_;
            fields_.cut_to(first_field_);
            return;
        }
        --left_;
        if (suspect || fields_.size() != first_field_ + columns_) {
            take_apart(end);
        } else {
            records_.add(record_begin_, end - record_begin_);
        }
        first_field_ = fields_.size();
    }

    void take_apart(std::size_t end) {
        fields_.cut_to(first_field_);
        const auto size = end - record_begin_;
        if (const auto* fault = record_.split({text_ + record_begin_, size}, columns_)) {
            add_bad(fault);
        } else if (record_.field_count() != columns_) {
            add_bad(wrong_field_count());
        } else {
            records_.add(record_begin_, size);
            fields_.make_room(columns_);
            for (const auto& field : record_.fields()) add_field(field);
        }
    }

    void add_field(const DelimitedRecord::Field& field) {
        const auto begin = record_begin_ + field.begin;
        if (!field.doubled) return fields_.add(begin, field.size);
        auto& bytes = table_.bytes;
        const auto copy = bytes.size();
        check_size(copy + field.size);
        bytes.resize(copy + field.size);
        text_ = bytes.data();
        const auto size =
            undouble_quotes({text_ + begin, field.size}, *format_.quote, bytes.data() + copy);
        bytes.resize(copy + size);
        fields_.add(copy, size);
    }

    void add_bad(std::string reason) {
        number_rows();
        table_.add_bad({table_.position + record_begin_,
                        static_cast<std::uint32_t>(records_.size() + table_.bad_count),
                        std::move(reason)});
    }

    /// The rows since the last bad record.
    void number_rows() {
        auto& numbers = table_.record_numbers;
        for (auto row = numbers.size(); row < records_.size(); ++row) {
            numbers.push_back(static_cast<std::uint32_t>(row + table_.bad_count));
        }
    }

    [[nodiscard]] std::string wrong_field_count() const {
        const auto fields = record_.field_count();
        return std::to_string(fields) + (fields == 1 ? " field" : " fields") + " where the " +
               (format_.header == config::Header::none ? "first record" : "header") + " has " +
               std::to_string(columns_);
    }

    /// For what a block can add. A record of far too many fields keeps one too many.
    void make_room() {
        fields_.cut_to(std::min(fields_.size(), first_field_ + columns_ + 1));
        fields_.make_room(kMaskedBytes);
        records_.make_room(kMaskedBytes);
    }

    void check_size(std::size_t size) const {
        if (size <= std::numeric_limits<std::uint32_t>::max()) return;
        throw ReadError(table_.file +
                        ": more than 4 GiB of text in one mini-batch, with what quoted "
                        "fields take; set a smaller mini_batch_size, and cut a "
                        "compressed file into several");
    }

    const Format& format_;
    Table& table_;
    const std::size_t columns_;
    const bool multi_line_;
    const int quote_;  ///< -1: none
    const FindMasks find_masks_ = fastest_mask_finder();

    const char* text_;
    const std::size_t size_;
    std::uint64_t skip_;  ///< records to leave out still
    std::uint64_t left_;  ///< records to take still
    SpanWriter fields_;
    SpanWriter records_;
    DelimitedRecord record_;

    std::size_t record_begin_ = 0;
    std::size_t field_begin_ = 0;
    std::size_t first_field_ = 0;  ///< of the record, among fields_
    bool suspect_ = false;         ///< something in the record so far

    // What the next block must know of those before.
    bool inside_ = false;
    bool behind_end_ = true;
    bool behind_closing_ = false;
};

}  // namespace

DelimitedParser::DelimitedParser(Format format) : format_(std::move(format)) {
    const auto ends_lines = [](char byte) { return byte == '\n' || byte == '\r'; };
    if (ends_lines(format_.delimiter) ||
        (format_.quote && (ends_lines(*format_.quote) || *format_.quote == format_.delimiter))) {
        throw ReadError("delimiter and quote must be two bytes other than those of a line end");
    }
}

void DelimitedParser::parse(Table& table, std::uint64_t skip, std::uint64_t count) {
    Splitter(format_, table, skip, count).run();
}

}  // namespace parallel_run::table
