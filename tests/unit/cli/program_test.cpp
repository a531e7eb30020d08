// SPDX-License-Identifier: Apache-2.0
#include "cli/program.hpp"

#include <sstream>

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "cli/commands.hpp"

namespace parallel_run::cli {
namespace {

using Words = std::vector<std::string>;

class Program : public ::testing::Test {
protected:
    int run(const Words& words) {
        out_.str("");
        err_.str("");
        return run_program(words,
                           {{"run", "Run.", "run STEP.conf", "Runs.", true, command(7)},
                            {"build", "Build.", "build SOURCE", "Builds.", false, command(0)},
                            {"misuse", "", "", "", false, misuse},
                            {"fail", "", "", "", false, fail}},
                           {out_, err_});
    }

    Words given_;
    std::ostringstream out_;
    std::ostringstream err_;

private:
    std::function<int(Words)> command(int status) {
        return [this, status](Words words) {
            given_ = std::move(words);
            return status;
        };
    }
    static int misuse(const Words&) { throw base::UsageError("wrong"); }
    static int fail(const Words&) { throw base::EnvironmentError("disk full"); }
};

TEST_F(Program, gives_a_command_its_words_and_returns_its_status) {
    EXPECT_EQ(run({"run", "a.conf", "--", "--help"}), 7);
    EXPECT_EQ(given_, (Words{"a.conf", "--", "--help"}));
}

TEST_F(Program, tells_misuse_from_failure) {
    EXPECT_EQ(run({"misuse"}), 2);
    EXPECT_EQ(err_.str(), "parallel-run: wrong\n");
    EXPECT_EQ(run({"fail"}), 1);
    EXPECT_EQ(err_.str(), "parallel-run: disk full\n");
}

TEST_F(Program, suggests_a_command) {
    EXPECT_EQ(run({"guess"}), 2);
    EXPECT_EQ(err_.str(),
              "parallel-run: unknown command 'guess'; there are run, build, misuse, fail\n");
    EXPECT_EQ(run({"rum"}), 2);
    EXPECT_EQ(err_.str(), "parallel-run: unknown command 'rum'; did you mean 'run'?\n");
    EXPECT_EQ(run({"rnu"}), 2);
    EXPECT_EQ(err_.str(), "parallel-run: unknown command 'rnu'; did you mean 'run'?\n");
}

TEST_F(Program, helps) {
    for (const auto& words : {Words{"--help"}, Words{"-h"}, Words{"help"}}) {
        EXPECT_EQ(run(words), 0);
        EXPECT_NE(out_.str().find("  build   Build.\n"), std::string::npos);
    }
    for (const auto& words : {Words{"help", "build"}, Words{"build", "--help"}}) {
        EXPECT_EQ(run(words), 0);
        EXPECT_EQ(out_.str(), "usage: parallel-run build SOURCE\n\nBuilds.\n");
    }
    EXPECT_EQ(run({"run", "-h"}), 0);
    EXPECT_NE(out_.str().find("--mini_batch_size"), std::string::npos);
    EXPECT_EQ(run({"help", "rum"}), 2);
}

TEST_F(Program, helps_in_lines_that_fit_a_terminal) {
    const auto commands = all_commands();
    std::vector<Words> pages{{"help"}};
    for (const auto& command : commands) pages.push_back({"help", command.name});
    for (const auto& page : pages) {
        std::ostringstream out;
        EXPECT_EQ(run_program(page, commands, {out, err_}), 0);
        std::istringstream lines(out.str());
        for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80U) << line;
    }
}

TEST_F(Program, without_words_helps_and_is_misuse) {
    EXPECT_EQ(run({}), 2);
    EXPECT_NE(out_.str().find("Commands"), std::string::npos);
}

TEST_F(Program, tells_its_version) {
    EXPECT_EQ(run({"--version"}), 0);
    EXPECT_TRUE(out_.str().starts_with("parallel-run "));
}

}  // namespace
}  // namespace parallel_run::cli
