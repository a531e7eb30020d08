// SPDX-License-Identifier: Apache-2.0
#include "cli/options.hpp"

#include <set>
#include <sstream>

#include <gtest/gtest.h>

#include "cli/parameters.hpp"

namespace parallel_run::cli {
namespace {

TEST(Help, fits_eighty_columns) {
    std::istringstream lines(parameters_help(false));
    for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80U) << line;
}

TEST(Help, names_every_parameter_once) {
    const auto help = parameters_help(false);
    for (const auto& parameter : parameters()) {
        const auto is_there = parameter.group != Group::not_yet;
        const auto option = is_there ? "\n  --" + parameter.name + " " : parameter.name;
        const auto found = help.find(option);
        ASSERT_NE(found, std::string::npos) << parameter.name;
        EXPECT_EQ(help.find(option, found + 1), std::string::npos) << parameter.name;
    }
}

TEST(Help, shows_the_defaults_of_a_step) {
    const auto help = parameters_help(false);
    for (const auto* text : {"(default: 10)", "(default: 60)", "(default: 64MB)", "OUTPUT/logs"}) {
        EXPECT_NE(help.find(text), std::string::npos) << text;
    }
}

TEST(Help, is_bold_only_when_asked_to) {
    EXPECT_EQ(parameters_help(false).find('\033'), std::string::npos);
    EXPECT_NE(parameters_help(true).find("\033[1mInput\033[0m"), std::string::npos);
}

TEST(Parameters, have_names_of_their_own) {
    std::set<std::string> names;
    for (const auto& parameter : parameters()) {
        EXPECT_TRUE(names.insert(parameter.name).second) << parameter.name;
        EXPECT_EQ(find_parameter(parameter.name), &parameter);
    }
    EXPECT_EQ(find_parameter("mini-batch-size"), find_parameter("mini_batch_size"));
    EXPECT_EQ(find_parameter("mini"), nullptr);
}

}  // namespace
}  // namespace parallel_run::cli
