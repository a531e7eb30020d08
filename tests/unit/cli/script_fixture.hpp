// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <string>

#include <gtest/gtest.h>

namespace parallel_run::cli {

/// A folder for sources, removed at the end, and an environment that is put back. Sources are in C
/// because that compiles in a moment.
class ScriptTest : public testing::Test {
protected:
    ScriptTest() : folder_(testing::TempDir() + "script_test.XXXXXX") {
        EXPECT_NE(::mkdtemp(folder_.data()), nullptr);
    }
    ~ScriptTest() override {
        for (const auto& [name, value] : before_) {
            if (value) {
                ::setenv(name.c_str(), value->c_str(), 1);
            } else {
                ::unsetenv(name.c_str());
            }
        }
        std::filesystem::remove_all(folder_);
    }

    void set(const std::string& variable, const std::string& value) {
        const char* old = std::getenv(variable.c_str());
        before_.emplace(variable, old == nullptr ? std::nullopt : std::optional<std::string>(old));
        ::setenv(variable.c_str(), value.c_str(), 1);
    }

    [[nodiscard]] std::string path(const std::string& name) const { return folder_ + "/" + name; }

    std::string write(const std::string& name, const std::string& text) const {
        std::ofstream(path(name)) << text;
        return path(name);
    }
    std::string write_program(const std::string& name, const std::string& text) const {
        write(name, "#!/bin/sh\n" + text);
        ::chmod(path(name).c_str(), 0755);
        return path(name);
    }
    static std::string read(const std::string& file) {
        std::ifstream stream(file, std::ios::binary);
        return {std::istreambuf_iterator<char>(stream), {}};
    }

    /// The message of the exception of type Error that an action throws.
    template <typename Error, typename Action>
    static std::string message_of(const Action& action) {
        try {
            action();
        } catch (const Error& error) {
            return error.what();
        }
        ADD_FAILURE() << "nothing was thrown";
        return {};
    }
    static void expect_says(const std::string& message, const std::string& text) {
        EXPECT_NE(message.find(text), std::string::npos) << message;
    }

private:
    std::string folder_;
    std::map<std::string, std::optional<std::string>> before_;
};

}  // namespace parallel_run::cli
