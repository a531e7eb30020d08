// SPDX-License-Identifier: Apache-2.0
// Text files cut into parts of any size, against a reader of single bytes: whatever the size, the
// parts together have its records, each once. The first three bytes choose (a zero chooses the
// first):
//   kind    modulo 4: lines, json_lines, delimited, delimited with line breaks between quotes
//   size    of a part less one, modulo 64
//   skip    modulo 4: records that the last part leaves out
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>

#include "base/unique_fd.hpp"
#include "support/reference_records.hpp"
#include "table/reader.hpp"

namespace {

namespace table = parallel_run::table;
using parallel_run::ReferenceText;

table::Format format_of(std::uint8_t kind) {
    table::Format format;
    format.header = parallel_run::config::Header::none;
    format.columns = {"a", "b"};
    switch (kind % 4) {
        case 0:
            format.kind = table::Kind::lines;
            format.columns = {"line"};
            break;
        case 1: format.kind = table::Kind::json_lines; break;
        case 2: format.kind = table::Kind::delimited; break;
        default: format.kind = table::Kind::delimited; format.multi_line = true;
    }
    return format;
}

/// Where records begin, good ones and bad ones.
using Positions = std::multiset<std::uint64_t>;

void add_positions(const table::Table& table, Positions& found) {
    for (const auto& record : table.records) found.insert(table.position + record.begin);
    for (const auto& record : table.bad_records) found.insert(record.position);
}

[[noreturn]] void fail(const char* what, std::size_t found, std::size_t expected) {
    std::fprintf(stderr, "%s: %zu records where there are %zu\n", what, found, expected);
    std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr std::size_t kChoices = 3;
    if (size <= kChoices) return 0;
    const std::string_view text(reinterpret_cast<const char*>(data) + kChoices, size - kChoices);
    const parallel_run::base::UniqueFd memory(::memfd_create("splitting", 0));
    if (::write(memory.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()))
        return 0;

    const auto format = format_of(data[0]);
    const ReferenceText reference(text, format.multi_line ? format.quote : std::nullopt);
    Positions expected;
    for (const auto& record : reference.records) expected.insert(record.position);

    table::Range part;
    part.file = "/proc/self/fd/" + std::to_string(memory.get());
    const auto reader = table::open_reader(format);
    table::Table table;
    Positions found;
    const std::uint64_t step = data[1] % 64 + 1;
    for (std::uint64_t begin = 0; begin < text.size(); begin += step) {
        part.begin = begin;
        part.end = std::min<std::uint64_t>(begin + step, text.size());
        part.inside_quotes = reference.inside_quotes[begin];
        reader->read(part, table);
        add_positions(table, found);
    }
    if (found != expected) fail("in parts", found.size(), expected.size());

    part = {.file = part.file, .skip = data[2] % 4U};
    reader->read(part, table);
    const auto left = expected.size() - std::min<std::size_t>(part.skip, expected.size());
    if (table.record_count() != left) fail("behind the first ones", table.record_count(), left);
    return 0;
}
