// SPDX-License-Identifier: Apache-2.0
#include "message_of.hpp"
#include "sample_table.hpp"

#include <numeric>

#include <gtest/gtest.h>
#include <parallel_run/arrow.hpp>

namespace parallel_run::test {
namespace {

using Texts = std::vector<std::string>;

/// A table as a consumer gets it, released at the end.
struct Exported {
    explicit Exported(const parallel_run_table& raw) { export_table(Table(raw), &schema, &array); }
    Exported(const Exported&) = delete;
    Exported& operator=(const Exported&) = delete;
    ~Exported() {
        if (schema.release != nullptr) schema.release(&schema);
        if (array.release != nullptr) array.release(&array);
    }

    ArrowSchema schema{};
    ArrowArray array{};
};

template <typename T>
const T* buffer(const ArrowArray& array, std::size_t i) {
    return static_cast<const T*>(array.buffers[i]);
}

template <typename Offset>
Texts texts(const ArrowArray& array) {
    Texts result;
    const auto* offsets = buffer<Offset>(array, 1);
    for (std::int64_t i = 0; i < array.length; ++i) {
        result.emplace_back(buffer<char>(array, 2) + offsets[i],
                            static_cast<std::size_t>(offsets[i + 1] - offsets[i]));
    }
    return result;
}

TEST(Arrow, gets_a_struct_array_with_a_child_for_each_column) {
    const TextTable sample({"id", "note"}, {{"1", "a"}, {"2", "b"}});
    const Exported exported(sample.raw);
    EXPECT_STREQ(exported.schema.format, "+s");
    EXPECT_EQ(exported.schema.n_children, 2);
    EXPECT_STREQ(exported.schema.children[1]->name, "note");
    EXPECT_EQ(exported.schema.children[1]->flags, ARROW_FLAG_NULLABLE);
    EXPECT_EQ(exported.array.length, 2);
    EXPECT_EQ(exported.array.null_count, 0);
    EXPECT_EQ(exported.array.n_buffers, 1);
    EXPECT_EQ(exported.array.buffers[0], nullptr);
    EXPECT_EQ(exported.array.n_children, 2);
}

TEST(Arrow, gets_text_with_nulls_for_absent_fields) {
    std::vector<TextTable::Record> records(9, {"x", "naïve"});
    records[1] = {"y", std::nullopt};
    records[8] = {"", std::nullopt};
    const TextTable sample({"id", "note"}, records);
    const Exported exported(sample.raw);
    const auto& id = *exported.array.children[0];
    EXPECT_EQ(id.n_buffers, 3);
    EXPECT_EQ(id.buffers[0], nullptr);
    EXPECT_EQ(texts<std::int32_t>(id), (Texts{"x", "y", "x", "x", "x", "x", "x", "x", ""}));
    const auto& note = *exported.array.children[1];
    EXPECT_STREQ(exported.schema.children[1]->format, "u");
    EXPECT_EQ(note.null_count, 2);
    EXPECT_EQ(buffer<std::uint8_t>(note, 0)[0], 0xfd);
    EXPECT_EQ(buffer<std::uint8_t>(note, 0)[1], 0x00);
    EXPECT_EQ(texts<std::int32_t>(note)[0], "naïve");
    EXPECT_EQ(texts<std::int32_t>(note)[1], "");
}

TEST(Arrow, gets_64_bit_offsets_for_long_text) {
    const TextTable sample({"note"}, {{"abc"}, {"defg"}});
    for (const std::uint64_t limit : {7U, 6U}) {
        ArrowSchema schema{};
        ArrowArray array{};
        const detail::ColumnExport column(Table(sample.raw), 0, limit);
        column.write_schema(&schema);
        column.write_array(&array);
        EXPECT_STREQ(schema.format, limit == 7 ? "u" : "U");
        EXPECT_EQ(limit == 7 ? texts<std::int32_t>(array) : texts<std::int64_t>(array),
                  (Texts{"abc", "defg"}));
        schema.release(&schema);
        array.release(&array);
    }
}

TEST(Arrow, gets_each_type_of_number) {
    ColumnTable sample(2);
    sample.add<std::int8_t>("a", {-1, 1}).add<std::int16_t>("b", {-2, 2});
    sample.add<std::int32_t>("c", {-3, 3}).add<std::int64_t>("d", {-4, 4});
    sample.add<std::uint8_t>("e", {5, 6}).add<std::uint16_t>("f", {7, 8});
    sample.add<std::uint32_t>("g", {9, 10}).add<std::uint64_t>("h", {11, 12});
    sample.add<float>("i", {0.5F, 1.5F}).add<double>("j", {0.25, 1.25}).add_text("k", {"x", "y"});
    const Exported exported(sample.raw);
    std::string formats;
    for (int i = 0; i < 11; ++i) formats += exported.schema.children[i]->format;
    EXPECT_EQ(formats, "csilCSILfgu");
    const auto& array = exported.array;
    EXPECT_EQ(array.children[0]->n_buffers, 2);
    EXPECT_EQ(array.children[0]->buffers[0], nullptr);
    EXPECT_EQ(buffer<std::int8_t>(*array.children[0], 1)[0], -1);
    EXPECT_EQ(buffer<std::int64_t>(*array.children[3], 1)[0], -4);
    EXPECT_EQ(buffer<std::uint64_t>(*array.children[7], 1)[1], 12U);
    EXPECT_EQ(buffer<double>(*array.children[9], 1)[1], 1.25);
    EXPECT_EQ(texts<std::int32_t>(*array.children[10]), (Texts{"x", "y"}));
    const auto address = reinterpret_cast<std::uintptr_t>(array.children[9]->buffers[1]);
    EXPECT_EQ(address % 64, 0U);
}

TEST(Arrow, gets_arrays_as_lists_of_lists) {
    std::vector<std::int32_t> values(12);
    std::iota(values.begin(), values.end(), 0);
    ColumnTable sample(2);
    sample.add<std::int32_t>("image", values, {2, 3});
    const Exported exported(sample.raw);
    const auto* schema = exported.schema.children[0];
    const auto* array = exported.array.children[0];
    EXPECT_STREQ(schema->format, "+w:2");
    EXPECT_STREQ(schema->name, "image");
    EXPECT_EQ(array->length, 2);
    EXPECT_EQ(array->n_buffers, 1);
    EXPECT_STREQ(schema->children[0]->format, "+w:3");
    EXPECT_EQ(array->children[0]->length, 4);
    const auto* innermost = array->children[0]->children[0];
    EXPECT_STREQ(schema->children[0]->children[0]->format, "i");
    EXPECT_EQ(innermost->length, 12);
    EXPECT_EQ(buffer<std::int32_t>(*innermost, 1)[11], 11);
}

TEST(Arrow, gets_tables_without_rows_or_columns) {
    ColumnTable sample(0);
    sample.add<double>("x", {}, {3}).add_text("name", {});
    const Exported exported(sample.raw);
    EXPECT_EQ(exported.array.length, 0);
    EXPECT_EQ(exported.array.children[0]->children[0]->length, 0);
    EXPECT_EQ(buffer<std::int32_t>(*exported.array.children[1], 1)[0], 0);
    const ColumnTable nothing(3);
    const Exported empty(nothing.raw);
    EXPECT_EQ(empty.array.length, 3);
    EXPECT_EQ(empty.array.n_children, 0);
}

TEST(Arrow, keeps_its_copy_when_the_table_is_gone) {
    ArrowSchema schema{};
    ArrowArray array{};
    {
        const TextTable sample({"id"}, {{"kept"}});
        export_table(Table(sample.raw), &schema, &array);
    }
    EXPECT_STREQ(schema.children[0]->name, "id");
    EXPECT_EQ(texts<std::int32_t>(*array.children[0]), Texts{"kept"});
    schema.release(&schema);
    array.release(&array);
}

TEST(Arrow, leaves_alone_a_child_that_was_moved_out) {
    const TextTable sample({"id", "note"}, {{"1", "moved"}});
    Exported exported(sample.raw);
    auto moved = *exported.array.children[1];
    exported.array.children[1]->release = nullptr;
    auto moved_schema = *exported.schema.children[1];
    exported.schema.children[1]->release = nullptr;
    exported.array.release(&exported.array);
    exported.schema.release(&exported.schema);
    EXPECT_EQ(texts<std::int32_t>(moved), Texts{"moved"});
    EXPECT_STREQ(moved_schema.name, "note");
    moved.release(&moved);
    moved_schema.release(&moved_schema);
}

TEST(Arrow, may_be_moved_and_released_twice) {
    const TextTable sample({"id"}, {{"1"}});
    Exported exported(sample.raw);
    auto moved = exported.array;
    exported.array.release = nullptr;
    const auto release = moved.release;
    release(&moved);
    EXPECT_EQ(moved.release, nullptr);
    release(&moved);
    const auto release_schema = exported.schema.release;
    release_schema(&exported.schema);
    release_schema(&exported.schema);
    EXPECT_EQ(exported.schema.release, nullptr);
}

TEST(Arrow, gets_nothing_of_a_table_whose_text_is_not_utf8) {
    const TextTable sample({"id", "note"}, {{"1", "fine"}, {"2", "\xff"}});
    ArrowSchema schema{};
    ArrowArray array{};
    EXPECT_EQ(message_of<FieldError>([&] {
                  export_table(Table(sample.raw), &schema, &array);
                  return 0;
              }),
              "/data/a.csv, byte 107 (row 1 of the table), column \"note\": the text is not valid "
              "UTF-8, and Arrow takes no other");
    EXPECT_EQ(schema.release, nullptr);
    EXPECT_EQ(array.release, nullptr);
    const TextTable bad_name({"id", "\xff"}, {{"1", "fine"}});
    EXPECT_EQ(message_of<std::invalid_argument>([&] {
                  export_table(Table(bad_name.raw), &schema, &array);
                  return 0;
              }),
              "the name of column 1 (from 0) of /data/a.csv is not valid UTF-8, and Arrow takes no "
              "other");
    EXPECT_EQ(array.release, nullptr);
}

TEST(Utf8, is_what_the_unicode_standard_says) {
    for (const std::string text :
         {"", "plain", "longer than eight bytes", "é", "\xe0\xa0\x80", "\xed\x9f\xbf", "€",
          "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf", "12345678é", "é12345678"}) {
        EXPECT_TRUE(detail::is_utf8(text)) << text;
    }
    for (const std::string text :
         {"\x80", "\xc1\x81", "\xc3", "\xc3(", "\xe0\x9f\x80", "\xed\xa0\x80", "\xe2\x82",
          "\xe2\x82(", "\xf0\x8f\x80\x80", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff",
          "12345678\xff", "1234\xff"}) {
        EXPECT_FALSE(detail::is_utf8(text)) << testing::PrintToString(text);
    }
}

}  // namespace
}  // namespace parallel_run::test
