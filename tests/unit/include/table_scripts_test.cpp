// SPDX-License-Identifier: Apache-2.0
#include "sample_table.hpp"

#include <dlfcn.h>

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <parallel_run/entry_script.h>

namespace parallel_run::test {
namespace {

using Texts = std::vector<std::string>;

/// An entry script as the worker process loads it, and an engine that keeps its rows.
class LoadedScript {
public:
    explicit LoadedScript(const std::string& path)
        : library_(dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL), &dlclose) {
        if (library_ == nullptr) throw std::runtime_error(dlerror());
        engine_.size = sizeof engine_;
        engine_.self = this;
        engine_.output_dir = engine_.log_dir = engine_.working_dir = engine_.agent_name = "";
        engine_.field_delimiter = ',';
        engine_.log = [](void*, std::int32_t, const char*, std::uint64_t) {};
        engine_.set_error = [](void* self, const char*, const char* message) {
            static_cast<LoadedScript*>(self)->error = message;
        };
        sink_.size = sizeof sink_;
        sink_.self = this;
        sink_.append = [](void* self, const char* row, std::uint64_t size) {
            static_cast<LoadedScript*>(self)->rows.emplace_back(row, size);
            return 0;
        };
        sink_.fail = [](void* self, std::uint64_t item, const char* reason, std::uint64_t size) {
            static_cast<LoadedScript*>(self)->failures.emplace_back(item,
                                                                    std::string(reason, size));
            return 0;
        };
        EXPECT_EQ(function<decltype(&parallel_run_init)>("parallel_run_init")(&engine_), 0);
    }

    std::int32_t run(const parallel_run_table* table) {
        parallel_run_mini_batch mini_batch{};
        mini_batch.size = sizeof mini_batch;
        mini_batch.input_name = "";
        mini_batch.table = table;
        return function<decltype(&parallel_run_run)>("parallel_run_run")(&mini_batch, &sink_);
    }

    Texts rows;
    std::vector<std::pair<std::uint64_t, std::string>> failures;
    std::string error;

private:
    template <typename Function>
    Function function(const char* name) {
        return reinterpret_cast<Function>(dlsym(library_.get(), name));
    }

    std::unique_ptr<void, int (*)(void*)> library_;
    parallel_run_engine engine_{};
    parallel_run_rows sink_{};
};

std::string path_of(const std::string& name) {
    return PARALLEL_RUN_ENTRY_SCRIPTS "/" + name + ".so";
}

class EchoTable : public testing::TestWithParam<const char*> {
protected:
    void SetUp() override {
        if (!std::filesystem::exists(path_of(GetParam()))) {
            GTEST_SKIP() << "there was no compiler for it";
        }
    }
};

TEST_P(EchoTable, sees_the_fields_of_text) {
    const TextTable sample({"id", "price"}, {{"a", "1.5"}, {"", std::nullopt}, {"c", "naïve x"}});
    LoadedScript script(path_of(GetParam()));
    ASSERT_EQ(script.run(&sample.raw), 0) << script.error;
    EXPECT_EQ(script.rows, (Texts{"id=a|price=1.5", "id=|price=-", "id=c|price=naïve x"}));
}

TEST_P(EchoTable, sees_columns_of_numbers) {
    ColumnTable sample(2);
    sample.add<double>("d", {0.5, 2.5}).add<float>("f", {1, 2, 3, 4, 5, 6, 7, 8}, {2, 2});
    sample.add<std::int64_t>("i", {-7, 8}).add_text("name", {"x", "y"});
    sample.add<std::uint8_t>("u", {1, 2});
    LoadedScript script(path_of(GetParam()));
    ASSERT_EQ(script.run(&sample.raw), 0) << script.error;
    EXPECT_EQ(script.rows, (Texts{"d=0|f=10|i=-7|name=x|u=?", "d=2|f=26|i=8|name=y|u=?"}));
}

TEST_P(EchoTable, sees_a_table_without_rows) {
    const TextTable sample({"id"}, {});
    LoadedScript script(path_of(GetParam()));
    ASSERT_EQ(script.run(&sample.raw), 0) << script.error;
    EXPECT_TRUE(script.rows.empty());
}

TEST_P(EchoTable, fails_without_a_table) {
    LoadedScript script(path_of(GetParam()));
    EXPECT_NE(script.run(nullptr), 0);
}

INSTANTIATE_TEST_SUITE_P(Languages, EchoTable,
                         testing::Values("echo_table", "echo_table_c", "echo_table_fortran"),
                         [](const auto& language) { return std::string(language.param); });

TEST(ScoreTable, fails_only_the_rows_that_are_no_number) {
    const TextTable sample({"id", "x"}, {{"a,b", "1.5"}, {"bad", "one"}, {"c", "-2"}});
    LoadedScript script(path_of("score_table"));
    ASSERT_EQ(script.run(&sample.raw), 0) << script.error;
    EXPECT_EQ(script.rows, (Texts{"\"a,b\",3", "c,-4"}));
    ASSERT_EQ(script.failures.size(), 1U);
    EXPECT_EQ(script.failures[0].first, 1U);
    EXPECT_EQ(script.failures[0].second,
              "/data/a.csv, byte 108 (row 1 of the table), column \"x\": 'one' is no number");
}

}  // namespace
}  // namespace parallel_run::test
