// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "support/delimited_reference.hpp"
#include "table/range.hpp"

namespace parallel_run::table {
namespace {

using namespace std::string_view_literals;

/// Text of few words, so that every neighbourhood of special bytes comes up.
class RandomText {
public:
    explicit RandomText(std::uint32_t seed) : random_(seed) {}

    std::size_t below(std::size_t limit) { return random_() % limit; }

    Format format() {
        Format format;
        format.delimiter = ",;\t\0"sv[below(4)];
        format.quote = std::array<std::optional<char>, 4>{'"', '"', '\'', std::nullopt}[below(4)];
        format.multi_line = below(2) == 0;
        format.columns.assign(1 + below(4), "x");
        return format;
    }

    /// Mostly well-formed, or anything.
    std::string text(const Format& format) {
        const bool orderly = below(2) == 0;
        std::string text;
        for (auto left = below(60); left > 0; --left) {
            if (orderly) {
                add_record(format, text);
            } else {
                text += word(format);
            }
        }
        return text;
    }

private:
    std::string word(const Format& format) {
        static constexpr std::array kWords{"a"sv,  "bcdefghijklm"sv, "\n"sv,   "\r\n"sv,    "\r"sv,
                                           "\0"sv, "\xc3\xa9"sv,     "\n\n"sv, "\xff\x80"sv};
        std::string quote(format.quote ? 1 : 0, format.quote.value_or(' '));
        switch (below(6)) {
            case 0: return quote;
            case 1: return quote + quote;
            case 2: return quote + format.delimiter + quote;
            case 3: return {format.delimiter};
            default: return std::string(kWords.at(below(kWords.size())));
        }
    }

    void add_record(const Format& format, std::string& text) {
        for (std::size_t i = 0; i < format.columns.size(); ++i) {
            if (i > 0) text += format.delimiter;
            add_field(format, text);
        }
        if (below(50) == 0) text += word(format);
        text += below(3) == 0 ? "\r\n" : "\n";
    }

    void add_field(const Format& format, std::string& text) {
        const std::string plain(below(20), 'p');
        if (!format.quote || below(2) == 0) {
            text += plain;
            return;
        }
        text += *format.quote + plain;
        if (below(3) == 0) text += std::string(2, *format.quote);
        if (below(3) == 0) text += format.delimiter;
        if (below(3) == 0 && format.multi_line) text += "\r\n";
        text += *format.quote;
    }

    std::mt19937 random_;
};

std::string described(const Format& format, const std::string& text) {
    return "delimiter " + std::to_string(format.delimiter) + ", quote " +
           std::to_string(format.quote.value_or(0)) + ", multi_line " +
           std::to_string(format.multi_line) + ", columns " +
           std::to_string(format.columns.size()) + " in:\n" + text + "|";
}

TEST(DelimitedParser, agrees_with_a_reader_of_single_bytes) {
    for (std::uint32_t seed = 0; seed < 5'000; ++seed) {
        RandomText random(seed);
        const auto format = random.format();
        const auto text = random.text(format);
        ASSERT_EQ(difference_from_reference(format, text, {}, 0, Range::kAll), "")
            << "seed " << seed << ", " << described(format, text);
    }
}

TEST(DelimitedParser, finds_the_same_records_however_a_text_is_cut) {
    for (std::uint32_t seed = 0; seed < 2'000; ++seed) {
        RandomText random(seed);
        const auto format = random.format();
        const auto text = random.text(format);
        const auto first = random.below(text.size() + 1);
        const std::vector<std::size_t> cuts{first, first + random.below(text.size() + 1)};
        ASSERT_EQ(difference_from_reference(format, text, cuts, 0, Range::kAll), "")
            << "seed " << seed << ", " << described(format, text);
    }
}

TEST(DelimitedParser, leaves_out_and_takes_as_many_records_as_it_is_told) {
    for (std::uint32_t seed = 0; seed < 2'000; ++seed) {
        RandomText random(seed);
        const auto format = random.format();
        const auto text = random.text(format);
        ASSERT_EQ(difference_from_reference(format, text, {}, random.below(5), random.below(9)), "")
            << "seed " << seed << ", " << described(format, text);
    }
}

}  // namespace
}  // namespace parallel_run::table
