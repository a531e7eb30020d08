// SPDX-License-Identifier: Apache-2.0
#include "table/lines_parser.hpp"

#include "table/record_ends.hpp"

namespace parallel_run::table {

void split_lines(std::string_view text, std::uint64_t skip, std::uint64_t count,
                 std::vector<parallel_run_span>& lines) {
    lines.clear();
    for (std::size_t begin = 0; begin < text.size() && lines.size() < count;) {
        const auto end = text.find('\n', begin);
        const auto next = end == std::string_view::npos ? text.size() : end + 1;
        const auto line = without_line_end(text.substr(begin, next - begin));
        if (!line.empty() && skip > 0) {
            --skip;
        } else if (!line.empty()) {
            lines.push_back(
                {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(line.size())});
        }
        begin = next;
    }
}

void LinesParser::parse(Table& table, std::uint64_t skip, std::uint64_t count) const {
    split_lines(table.bytes.view(), skip, count, table.records);
    table.fields = table.records;
    table.row_count = table.records.size();
}

}  // namespace parallel_run::table
