// SPDX-License-Identifier: Apache-2.0
#include "entry_host/mini_batch_input.hpp"

#include "table_file.hpp"

#include <deque>

namespace parallel_run::entry_host {
namespace {

class MiniBatchInputTest : public TableFile {
protected:
    /// Kept, since what was begun with refers to it.
    const std::string& encoded(const dataset::Descriptor& descriptor) {
        encode(descriptor, encoded_.emplace_back());
        return encoded_.back();
    }
    const std::string& part(std::uint64_t begin, std::uint64_t end) {
        dataset::Descriptor made{0, {path()}, table::Range{}};
        made.part->begin = begin;
        made.part->end = end;
        return encoded(made);
    }
    MiniBatchInput files_{{"images"}, {}};

private:
    std::deque<std::string> encoded_;
};

TEST_F(MiniBatchInputTest, gives_files_as_zero_ended_paths) {
    ASSERT_TRUE(files_.begin(encoded({0, {"/a", "/b b"}})));
    files_.read();
    const auto mini_batch = files_.view(7, 2);
    EXPECT_EQ(mini_batch.index, 7U);
    EXPECT_EQ(mini_batch.attempt, 2U);
    EXPECT_STREQ(mini_batch.input_name, "images");
    ASSERT_EQ(mini_batch.file_count, 2U);
    EXPECT_STREQ(mini_batch.files[1], "/b b");
    EXPECT_EQ(mini_batch.table, nullptr);
    EXPECT_EQ(files_.record_count(), 0U);
    EXPECT_EQ(files_.item_text(1), "/b b");
    EXPECT_EQ(files_.item_text(2), "item 2");
}

TEST_F(MiniBatchInputTest, refuses_an_input_that_there_is_not_and_a_table_without_a_format) {
    EXPECT_FALSE(files_.begin(encoded({1, {"/a"}})));
    EXPECT_FALSE(files_.begin(part(0, 4)));
    EXPECT_FALSE(files_.begin("x"));
}

TEST_F(MiniBatchInputTest, gives_a_part_as_a_table_and_names_its_lines) {
    write("one\n\ntwo\nthree\n");
    MiniBatchInput input({"lines"}, {format()});
    ASSERT_TRUE(input.begin(part(4, 15)));
    input.expect(part(0, 4));
    input.read();
    const auto mini_batch = input.view(0, 1);
    ASSERT_NE(mini_batch.table, nullptr);
    EXPECT_EQ(mini_batch.table->row_count, 2U);
    EXPECT_EQ(input.record_count(), 2U);
    EXPECT_EQ(input.item_text(1), path() + ":4");
    EXPECT_EQ(input.item_text(0), path() + ":3");
    EXPECT_EQ(input.item_text(2), "item 2");
    ASSERT_TRUE(input.begin(part(0, 4)));
    input.read();
    EXPECT_EQ(input.item_text(0), path() + ":1");
}

TEST_F(MiniBatchInputTest, names_a_record_that_is_no_row) {
    write("one\n\xff\xfe\n");
    MiniBatchInput input({"lines"}, {format()});
    ASSERT_TRUE(input.begin(part(0, 7)));
    input.read();
    ASSERT_EQ(input.table()->bad_count, 1U);
    EXPECT_EQ(input.record_text(input.table()->bad_records.front()), path() + ":2");
    EXPECT_EQ(input.record_count(), 2U);
}

}  // namespace
}  // namespace parallel_run::entry_host
