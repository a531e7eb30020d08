// SPDX-License-Identifier: Apache-2.0
#include "entry_host/table_input.hpp"

#include "table_file.hpp"

namespace parallel_run::entry_host {
namespace {

class TableInputTest : public TableFile {
protected:
    table::Range part(std::uint64_t begin, std::uint64_t end) const {
        table::Range made;
        made.file = path();
        made.begin = begin;
        made.end = end;
        return made;
    }
    std::vector<std::string> lines(const table::Table& table) const {
        std::vector<std::string> all;
        for (const auto& span : table.records) {
            all.emplace_back(table.bytes.view().substr(span.begin, span.size));
        }
        return all;
    }
    using Lines = std::vector<std::string>;
};

TEST_F(TableInputTest, reads_the_part_that_is_asked_for) {
    write("one\ntwo\nthree\n");
    TableInput input({format()});
    EXPECT_EQ(lines(input.take(0, part(0, 4))), Lines{"one"});
    EXPECT_EQ(lines(input.take(0, part(4, 14))), (Lines{"two", "three"}));
}

TEST_F(TableInputTest, reads_ahead_and_keeps_the_current_table_meanwhile) {
    write("one\ntwo\nthree\n");
    TableInput input({format()});
    auto& first = input.take(0, part(0, 4));
    input.expect(0, part(4, 8));
    EXPECT_EQ(lines(first), Lines{"one"});
    EXPECT_EQ(lines(input.take(0, part(4, 8))), Lines{"two"});
}

TEST_F(TableInputTest, forgets_what_was_expected_in_vain) {
    write("one\ntwo\nthree\n");
    TableInput input({format()});
    input.expect(0, part(4, 8));
    EXPECT_EQ(lines(input.take(0, part(8, 14))), Lines{"three"});
    EXPECT_EQ(lines(input.take(0, part(0, 4))), Lines{"one"});
}

TEST_F(TableInputTest, expects_one_part_at_a_time) {
    write("one\ntwo\nthree\n");
    TableInput input({format()});
    input.expect(0, part(0, 4));
    input.expect(0, part(4, 8));
    EXPECT_EQ(lines(input.take(0, part(4, 8))), Lines{"two"});
    EXPECT_EQ(lines(input.take(0, part(0, 4))), Lines{"one"});
}

TEST_F(TableInputTest, throws_what_failed_on_its_thread_and_goes_on) {
    write("one\n");
    TableInput input({format()});
    auto missing = part(0, 4);
    missing.file += ".missing";
    input.expect(0, missing);
    EXPECT_THROW(input.take(0, missing), table::ReadError);
    EXPECT_THROW(input.take(0, missing), table::ReadError);
    EXPECT_EQ(lines(input.take(0, part(0, 4))), Lines{"one"});
}

}  // namespace
}  // namespace parallel_run::entry_host
