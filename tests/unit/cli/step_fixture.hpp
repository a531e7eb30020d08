// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "cli/step_reader.hpp"

namespace parallel_run::cli {

/// What base::UsageError says that `action` throws; "" and a test failure if it throws none.
template <typename Action>
std::string refusal_of(Action&& action) {
    try {
        action();
    } catch (const base::UsageError& error) {
        return error.what();
    }
    ADD_FAILURE() << "no base::UsageError";
    return "";
}

/// A folder with an entry script and a step.conf.
class StepFiles : public ::testing::Test {
protected:
    StepFiles() {
        auto name = (std::filesystem::temp_directory_path() / "parallel-run-test-XXXXXX").string();
        folder_ = std::filesystem::canonical(::mkdtemp(name.data())).string();
        write("script.so", "");
    }
    ~StepFiles() override { std::filesystem::remove_all(folder_); }

    [[nodiscard]] std::string at(const std::string& name) const { return folder_ + "/" + name; }
    void write(const std::string& name, const std::string& content) const {
        std::ofstream(at(name)) << content;
    }
    /// A step.conf of what every step needs, on three lines, and then `more`.
    [[nodiscard]] config::Step read(const std::string& more,
                                    const std::vector<std::string>& words = {}) const {
        write("step.conf", "input = images\nentry_script = script.so\noutput = out\n" + more);
        std::vector<std::string> all = {at("step.conf")};
        all.insert(all.end(), words.begin(), words.end());
        return read_step(all);
    }
    [[nodiscard]] std::string refusal(const std::string& more,
                                      const std::vector<std::string>& words = {}) const {
        auto message = refusal_of([&] { (void)read(more, words); });
        const auto found = message.find(folder_ + "/step.conf");  // shorter to compare
        return found == std::string::npos ? message : message.erase(found, folder_.size() + 1);
    }

    std::string folder_;
};

}  // namespace parallel_run::cli
