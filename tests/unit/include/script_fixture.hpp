// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <parallel_run/entry_script.hpp>

namespace parallel_run::test {

using Texts = std::vector<std::string>;

// What the entry script of this test program does; each test sets what it needs.
extern std::function<void()> on_init;
extern std::function<Rows(const MiniBatch&)> on_run;
extern std::function<void()> on_shutdown;

/// An engine that keeps what it is told.
class ScriptFixture : public testing::Test {
protected:
    ScriptFixture() {
        engine.abi_version = PARALLEL_RUN_ABI_VERSION;
        engine.size = sizeof engine;
        engine.self = this;
        engine.output_dir = "/output";
        engine.log_dir = "/output/logs";
        engine.working_dir = "/scratch";
        engine.agent_name = "process003";
        engine.worker_index = 2;
        engine.gpu_index = -1;
        engine.side_input_count = 2;
        engine.side_input_names = kNames;
        engine.side_input_paths = kPaths;
        engine.field_delimiter = ',';
        engine.log = [](void* self, int32_t level, const char* text, uint64_t size) {
            fixture(self).lines.emplace_back(level, std::string(text, size));
        };
        engine.log_metric = [](void* self, const char* name, double value) {
            fixture(self).metrics.emplace_back(name, value);
        };
        engine.set_error = [](void* self, const char* type, const char* message) {
            fixture(self).error_type = type;
            fixture(self).error_message = message;
        };
        sink.size = sizeof sink;
        sink.self = this;
        sink.append = [](void* self, const char* row, uint64_t size) {
            fixture(self).rows.emplace_back(row, size);
            return 0;
        };
        sink.fail = [](void* self, uint64_t item, const char* reason, uint64_t size) {
            if (item >= fixture(self).mini_batch.file_count) return 1;
            fixture(self).failures.emplace_back(item, std::string(reason, size));
            return 0;
        };
        mini_batch.size = sizeof mini_batch;
        mini_batch.attempt = 2;
        mini_batch.index = 7;
        mini_batch.input_name = "images";
        mini_batch.file_count = 2;
        mini_batch.files = kFiles;
    }

    int32_t init_with(std::vector<const char*> words, std::function<void()> what) {
        arguments = std::move(words);
        engine.argument_count = arguments.size();
        engine.arguments = arguments.data();
        on_init = std::move(what);
        return parallel_run_init(&engine);
    }
    int32_t run_with(std::function<Rows(const MiniBatch&)> what) {
        EXPECT_EQ(init_with({}, [] {}), 0);
        on_run = std::move(what);
        return parallel_run_run(&mini_batch, &sink);
    }

    static ScriptFixture& fixture(void* self) { return *static_cast<ScriptFixture*>(self); }

    static constexpr const char* kNames[] = {"model", "labels"};
    static constexpr const char* kPaths[] = {"/data/model.h5", "/data/labels.txt"};
    static constexpr const char* kFiles[] = {"/data/a.png", "/data/b.png"};

    parallel_run_engine engine{};
    parallel_run_rows sink{};
    parallel_run_mini_batch mini_batch{};
    std::vector<const char*> arguments;
    std::vector<std::pair<int32_t, std::string>> lines;
    std::vector<std::pair<std::string, double>> metrics;
    std::string error_type;
    std::string error_message;
    Texts rows;
    std::vector<std::pair<uint64_t, std::string>> failures;
};

}  // namespace parallel_run::test
