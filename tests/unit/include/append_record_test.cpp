// SPDX-License-Identifier: Apache-2.0
#include "message_of.hpp"
#include "script_fixture.hpp"

#include <array>
#include <cstring>

namespace parallel_run::test {
namespace {

class AppendRecord : public ScriptFixture {
protected:
    AppendRecord() {
        engine.declare_columns = [](void* self, const parallel_run_output_column* const* columns,
                                    uint64_t count) -> const char* {
            for (uint64_t i = 0; i < count; ++i) {
                const auto& column = *columns[i];
                EXPECT_EQ(column.size, sizeof column);
                table(self).declared.push_back(
                    {column.name,
                     static_cast<parallel_run_type>(column.type),
                     column.text_size,
                     {column.dimensions, column.dimensions + column.dimension_count}});
            }
            return table(self).refusal;
        };
        sink.append_record = [](void* self, uint64_t item, const void* values, uint64_t size) {
            table(self).records.emplace_back(item,
                                             std::string(static_cast<const char*>(values), size));
            return 0;
        };
    }
    static AppendRecord& table(void* self) { return static_cast<AppendRecord&>(fixture(self)); }

    static void declare() {
        EntryScript::instance().declare_columns({column<float>("embedding", {2, 2}),
                                                 column<std::int32_t>("label"),
                                                 text_column("name", 4)});
    }
    int32_t run_with_columns(std::function<Rows(const MiniBatch&)> what) {
        EXPECT_EQ(init_with({}, declare), 0) << error_message;
        on_run = std::move(what);
        return parallel_run_run(&mini_batch, &sink);
    }
    /// What append_record() says of these values.
    template <typename... Values>
    std::string refusal_of(const Values&... values) {
        std::string message;
        run_with_columns([&](const MiniBatch&) {
            Rows result;
            message = message_of<std::invalid_argument>([&] {
                result.append_record(values...);
                return 0;
            });
            EXPECT_TRUE(result.empty());
            return result;
        });
        EXPECT_TRUE(records.empty());
        return message;
    }

    std::vector<OutputColumn> declared;
    std::vector<std::pair<uint64_t, std::string>> records;
    const char* refusal = nullptr;
    const std::array<float, 4> embedding{1, 2, 3, 4};
};

template <typename... Values>
std::string packed(const Values&... values) {
    std::string bytes;
    (bytes.append(reinterpret_cast<const char*>(&values), sizeof values), ...);
    return bytes;
}

TEST_F(AppendRecord, declares_columns) {
    EXPECT_EQ(init_with({}, declare), 0);
    ASSERT_EQ(declared.size(), 3U);
    EXPECT_EQ(declared[0].name, "embedding");
    EXPECT_EQ(declared[0].type, PARALLEL_RUN_FLOAT32);
    EXPECT_EQ(declared[0].dimensions, (std::vector<std::uint64_t>{2, 2}));
    EXPECT_EQ(declared[1].type, PARALLEL_RUN_INT32);
    EXPECT_TRUE(declared[1].dimensions.empty());
    EXPECT_EQ(declared[2].type, PARALLEL_RUN_TEXT);
    EXPECT_EQ(declared[2].text_size, 4U);
}

TEST_F(AppendRecord, says_why_columns_are_refused) {
    refusal = "the declared columns cannot be";
    EXPECT_NE(init_with({}, declare), 0);
    EXPECT_EQ(error_type, "std::invalid_argument");
    EXPECT_EQ(error_message, "the declared columns cannot be");
}

TEST_F(AppendRecord, needs_an_engine_that_knows_tables) {
    engine.size = offsetof(parallel_run_engine, declare_columns);
    EXPECT_NE(init_with({}, declare), 0);
    EXPECT_EQ(error_message.rfind("this parallel-run is older than the headers", 0), 0U)
        << error_message;
}

TEST_F(AppendRecord, packs_the_values_and_counts_the_items) {
    EXPECT_EQ(run_with_columns([&](const MiniBatch&) {
                  Rows result;
                  result.append_record(embedding, 7, "ab");
                  result.fail(4, "no value");
                  result.append_record(std::vector<float>{5, 6, 7, 8}, std::int32_t{-1},
                                       std::string("abcd"));
                  const float array[] = {0, 0, 0, 1};
                  result.append_record_of(9, array, -2, std::string_view());
                  result.append_record(Span<float>(array, 4), 0, "");
                  EXPECT_EQ(result.size(), 4U);
                  return result;
              }),
              1)
        << "an item of which there is none failed";
    ASSERT_EQ(records.size(), 4U);
    EXPECT_EQ(records[0].first, 0U);
    EXPECT_EQ(records[0].second, packed(embedding, 7, std::array<char, 4>{'a', 'b'}));
    EXPECT_EQ(records[1].first, 5U);
    EXPECT_EQ(records[1].second, packed(std::array<float, 4>{5, 6, 7, 8}, -1) + "abcd");
    EXPECT_EQ(records[2].first, 9U);
    EXPECT_EQ(records[3].first, 10U);
}

TEST_F(AppendRecord, refuses_values_that_do_not_fit_the_columns) {
    EXPECT_EQ(refusal_of(embedding, 1),
              "record 1 of the mini-batch has 2 values, and init() declared 3 columns; the next is "
              "\"name\"");
    EXPECT_EQ(refusal_of(embedding, 1, "", 2),
              "record 1 of the mini-batch has more values than the 3 columns that init() declared");
    EXPECT_EQ(refusal_of(std::vector<double>(4), 1, ""),
              "record 1 of the mini-batch has float64 for column \"embedding\", which is of "
              "float32");
    EXPECT_EQ(refusal_of(std::vector<float>(5), 1, ""),
              "record 1 of the mini-batch has 5 numbers for column \"embedding\", which takes 4");
    EXPECT_EQ(refusal_of(1.0F, 1, ""),
              "record 1 of the mini-batch has 1 numbers for column \"embedding\", which takes 4");
    EXPECT_EQ(refusal_of(embedding, std::int64_t{1}, ""),
              "record 1 of the mini-batch has int64 for column \"label\", which is of int32");
    EXPECT_EQ(refusal_of(embedding, "one", ""),
              "record 1 of the mini-batch has text for column \"label\", which is of int32");
    EXPECT_EQ(refusal_of(embedding, 1, "abcde"),
              "record 1 of the mini-batch has a text of 5 bytes for column \"name\", which takes "
              "4: 'abcde'");
}

TEST_F(AppendRecord, needs_columns) {
    EXPECT_NE(run_with([](const MiniBatch&) {
                  Rows result;
                  result.append_record(1);
                  return result;
              }),
              0);
    EXPECT_EQ(error_type, "std::logic_error");
    EXPECT_EQ(error_message.rfind("append_record() needs columns: let init() call", 0), 0U);
}

}  // namespace
}  // namespace parallel_run::test
