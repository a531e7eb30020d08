// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "config/step.hpp"
#include "dataset/plan.hpp"

namespace parallel_run::dataset {

/// A directory that is removed at the end; all paths are relative to it.
class TemporaryTree {
public:
    TemporaryTree() {
        auto name = (std::filesystem::temp_directory_path() / "dataset_test.XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
        root_ = name;
    }
    ~TemporaryTree() {
        std::error_code ignored;
        std::filesystem::remove_all(root_, ignored);
    }
    TemporaryTree(const TemporaryTree&) = delete;
    TemporaryTree& operator=(const TemporaryTree&) = delete;

    [[nodiscard]] std::string path(std::string_view relative = {}) const {
        return relative.empty() ? root_.string() : (root_ / relative).string();
    }
    void directory(std::string_view relative) const {
        std::filesystem::create_directories(path(relative));
    }
    void file(std::string_view relative, std::string_view text = {}) const {
        std::filesystem::create_directories((root_ / relative).parent_path());
        std::ofstream(path(relative), std::ios::binary) << text;
    }
    void files(const std::vector<std::string>& relatives) const {
        for (const auto& relative : relatives) file(relative);
    }
    void link(std::string_view relative, std::string_view target) const {
        std::filesystem::create_symlink(target, path(relative));
    }
    void remove(std::string_view relative) const { std::filesystem::remove_all(path(relative)); }

    /// A step of these inputs, named "input0", "input1", ...
    [[nodiscard]] config::Step step(const std::vector<std::string>& inputs,
                                    std::uint64_t mini_batch_size = 1) const {
        config::Step step;
        step.mini_batch_size.count = mini_batch_size;
        for (const auto& input : inputs) {
            const auto list = input.starts_with('@');
            step.input.push_back({"input" + std::to_string(step.input.size()),
                                  list ? "@" + path(input.substr(1)) : path(input)});
        }
        return step;
    }

    /// All files that the inputs mean, in the plan's order.
    std::vector<std::string> planned(const std::vector<std::string>& inputs) const {
        Plan plan(step(inputs));
        std::vector<std::string> found;
        while (const auto mini_batch = plan.next()) {
            found.push_back(mini_batch->files.at(0).substr(path().size() + 1));
        }
        return found;
    }

private:
    std::filesystem::path root_;
};

/// What the call throws says each of `parts`.
template <typename Error, typename Call>
void expect_error(Call&& call, const std::vector<std::string>& parts) {
    try {
        call();
        ADD_FAILURE() << "nothing was thrown";
    } catch (const Error& error) {
        for (const auto& part : parts)
            EXPECT_NE(std::string(error.what()).find(part), std::string::npos)
                << '"' << part << "\" is not in: " << error.what();
    }
}

}  // namespace parallel_run::dataset
