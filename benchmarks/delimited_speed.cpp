// SPDX-License-Identifier: Apache-2.0
// delimited_speed: bytes per second at which delimited text in memory becomes spans, on one core:
// a mini-batch of 1 MiB, which the cache holds, and one of 64 MiB, which it does not. Beside it
// what the memory allows: the same bytes copied, and searched for a byte that is not there.
//
// What bounds it is the number of fields: finding the masks takes a sixth of the time, the rest is
// some 25 instructions a field, so that three times as wide fields are read nearly twice as fast.
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "table/delimited.hpp"
#include "table/delimited_masks.hpp"
#include "table/range.hpp"

namespace {

namespace table = parallel_run::table;

/// The text of a field, given a generator.
using MakeField = std::string (*)(std::mt19937& random);

struct Shape {
    std::size_t columns;
    MakeField make_field;
    bool multi_line = false;
};

std::string short_number(std::mt19937& random) {
    return std::to_string(random() % 10'000'000 * (1 + random() % 20));
}

/// Always as wide: branches come as they did before.
std::string even_number(std::mt19937& random) {
    return std::to_string(1'000'000 + random() % 9'000'000);
}

std::string quoted_number(std::mt19937& random) {
    return '"' + short_number(random) + (random() % 8 == 0 ? ",5\"" : "\"");
}

std::string wide_number(std::mt19937& random) {
    return std::to_string(random()) + '.' + std::to_string(random()) + "e-12";
}

std::string long_text(std::mt19937& random) {
    std::string text;
    for (auto words = 20 + random() % 100; words > 0; --words) {
        text += std::string(1 + random() % 9, 'w') + (random() % 10 == 0 ? ", " : " ");
    }
    return '"' + text + (random() % 4 == 0 ? "\"\"end\"\"\"" : "\"");
}

const Shape kPlain{12, short_number};
const Shape kEven{12, even_number};
const Shape kQuoted{12, quoted_number};
const Shape kQuotedMultiLine{12, quoted_number, true};
const Shape kWideNumbers{200, wide_number};
const Shape kLongText{3, long_text};

std::string text_of(const Shape& shape, std::size_t size) {
    std::mt19937 random(1);
    std::string text;
    while (text.size() < size) {
        for (std::size_t i = 0; i < shape.columns; ++i) {
            text += shape.make_field(random) + (i + 1 < shape.columns ? ',' : '\n');
        }
    }
    return text;
}

void count_bytes(benchmark::State& state, std::size_t size) {
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(size));
}

void parse(benchmark::State& state, const Shape& shape) {
    table::Format format;
    format.columns.assign(shape.columns, "x");
    format.multi_line = shape.multi_line;
    table::DelimitedParser parser(format);
    table::Table table;
    table.columns.resize(shape.columns);
    const auto text = text_of(shape, static_cast<std::size_t>(state.range(0)));
    table.bytes.append(text);
    for ([[maybe_unused]] auto _ : state) {
        table.bytes.resize(text.size());
        parser.parse(table, 0, table::Range::kAll);
        benchmark::DoNotOptimize(table.fields.data());
    }
    if (table.bad_count > 0) state.SkipWithError("malformed records");
    count_bytes(state, text.size());
}

/// What every byte costs, whatever it is.
void find_masks(benchmark::State& state, const Shape& shape) {
    const auto text = text_of(shape, static_cast<std::size_t>(state.range(0)));
    std::vector<table::Masks> masks(32);
    const auto step = masks.size() * table::kMaskedBytes;
    for ([[maybe_unused]] auto _ : state) {
        for (std::size_t i = 0; i + step <= text.size(); i += step) {
            table::fastest_mask_finder()(text.data() + i, masks.size(), ',', '"', masks.data());
            benchmark::DoNotOptimize(masks.data());
            benchmark::ClobberMemory();
        }
    }
    count_bytes(state, text.size());
}

void copy(benchmark::State& state, const Shape& shape) {
    const auto text = text_of(shape, static_cast<std::size_t>(state.range(0)));
    std::string copied(text.size(), ' ');
    for ([[maybe_unused]] auto _ : state) {
        std::memcpy(copied.data(), text.data(), text.size());
        benchmark::ClobberMemory();
    }
    count_bytes(state, text.size());
}

void search(benchmark::State& state, const Shape& shape) {
    const auto text = text_of(shape, static_cast<std::size_t>(state.range(0)));
    for ([[maybe_unused]] auto _ : state) {
        benchmark::DoNotOptimize(std::memchr(text.data(), '\a', text.size()));
    }
    count_bytes(state, text.size());
}

void sizes(benchmark::internal::Benchmark* benchmark) { benchmark->Arg(1 << 20)->Arg(64 << 20); }

BENCHMARK_CAPTURE(parse, plain, kPlain)->Apply(sizes);
BENCHMARK_CAPTURE(parse, even, kEven)->Apply(sizes);
BENCHMARK_CAPTURE(parse, quoted, kQuoted)->Apply(sizes);
BENCHMARK_CAPTURE(parse, quoted_multi_line, kQuotedMultiLine)->Apply(sizes);
BENCHMARK_CAPTURE(parse, wide_numbers, kWideNumbers)->Apply(sizes);
BENCHMARK_CAPTURE(parse, long_text, kLongText)->Apply(sizes);
BENCHMARK_CAPTURE(find_masks, plain, kPlain)->Apply(sizes);
BENCHMARK_CAPTURE(copy, plain, kPlain)->Apply(sizes);
BENCHMARK_CAPTURE(search, plain, kPlain)->Apply(sizes);

}  // namespace

BENCHMARK_MAIN();
