// SPDX-License-Identifier: Apache-2.0
#include "logging/log_tree.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace parallel_run::logging {
namespace {

namespace fs = std::filesystem;

std::string make_temporary_directory() {
    auto name = (fs::temp_directory_path() / "log_tree_test.XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
    return name;
}

class LogTreeTest : public testing::Test {
protected:
    ~LogTreeTest() override {
        std::error_code ignored;
        fs::remove_all(directory, ignored);
    }
    void write(const std::string& path, const std::string& text = "text") const {
        fs::create_directories(fs::path(path).parent_path());
        std::ofstream(path) << text;
    }
    static std::string content(const std::string& path) {
        std::ostringstream text;
        text << std::ifstream(path).rdbuf();
        return text.str();
    }

    [[nodiscard]] std::string root() const { return directory + "/logs"; }

    const std::string directory = make_temporary_directory();
    LogTree logs{root()};
};

TEST_F(LogTreeTest, makes_the_directories_of_its_files) {
    logs.make_job_directories();
    EXPECT_TRUE(fs::is_directory(fs::path(logs.master_role()).parent_path()));
    EXPECT_TRUE(fs::is_directory(fs::path(logs.configuration()).parent_path()));
    EXPECT_TRUE(fs::is_directory(fs::path(logs.errors()).parent_path()));
    logs.make_node_directories("node7");
    for (const auto& path : {logs.entry_script_log("node7"), logs.user_stdout("node7"),
                             logs.user_stderr("node7"), logs.user_error("node7")}) {
        EXPECT_TRUE(fs::is_directory(path)) << path;
        EXPECT_NE(path.find("/node7"), std::string::npos);
    }
    EXPECT_NO_THROW(logs.make_job_directories());
    EXPECT_NO_THROW(logs.make_node_directories("node7"));
}

TEST_F(LogTreeTest, keeps_all_it_names_below_its_root) {
    for (const auto& path :
         {logs.job_result(), logs.configuration(), logs.master_role(), logs.errors(),
          logs.entry_script_log("n"), logs.user_stdout("n"), logs.user_stderr("n"),
          logs.user_error("n"), logs.process_errors("n", 12)}) {
        EXPECT_EQ(path.rfind(root() + "/", 0), 0U) << path;
    }
    EXPECT_EQ(logs.process_errors("n", 12), logs.user_error("n") + "/process012.txt");
}

TEST_F(LogTreeTest, clears_what_an_earlier_job_left_and_nothing_else) {
    logs.make_job_directories();
    logs.make_node_directories("node0");
    write(logs.job_result());
    write(logs.master_role());
    write(logs.user_error("node0") + "/process000.txt");
    write(root() + "/notes.txt");
    write(root() + "/system/mine.txt");
    logs.clear();
    EXPECT_FALSE(fs::exists(logs.job_result()));
    EXPECT_FALSE(fs::exists(root() + "/sys"));
    EXPECT_FALSE(fs::exists(root() + "/user"));
    EXPECT_TRUE(fs::exists(root() + "/notes.txt"));
    EXPECT_TRUE(fs::exists(root() + "/system/mine.txt"));
}

TEST_F(LogTreeTest, clears_where_there_is_nothing) { EXPECT_NO_THROW(logs.clear()); }

TEST_F(LogTreeTest, says_which_directory_cannot_be_made_and_what_to_do) {
    write(root());  // a file where the directory should be
    try {
        logs.make_job_directories();
        ADD_FAILURE() << "nothing was thrown";
    } catch (const base::EnvironmentError& error) {
        const std::string text = error.what();
        EXPECT_NE(text.find(root() + "/sys"), std::string::npos) << text;
        EXPECT_NE(text.find("--logs"), std::string::npos) << text;
    }
    EXPECT_THROW(logs.make_node_directories("node0"), base::EnvironmentError);
}

TEST_F(LogTreeTest, replaces_a_file_as_a_whole) {
    const auto path = directory + "/file";
    replace_file(path, "a long first content");
    EXPECT_EQ(content(path), "a long first content");
    replace_file(path, "second");
    EXPECT_EQ(content(path), "second");
    EXPECT_EQ(std::distance(fs::directory_iterator(directory), {}), 1) << "something is left over";
    EXPECT_NO_THROW(replace_file(directory + "/missing/file", "text"));
}

TEST_F(LogTreeTest, logs_lines_with_time_level_and_process) {
    const auto path = directory + "/log.txt";
    open_logger(path, config::LoggingLevel::info)->info("the {} text", "right");
    const std::regex line(
        R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d\|info\|\d+\|the right text\n)");
    EXPECT_TRUE(std::regex_match(content(path), line)) << content(path);
}

TEST_F(LogTreeTest, logs_at_once_and_appends) {
    const auto path = directory + "/log.txt";
    write(path, "before\n");
    const auto logger = open_logger(path, config::LoggingLevel::info);
    logger->info("now");
    EXPECT_EQ(content(path).rfind("before\n", 0), 0U);
    EXPECT_NE(content(path).find("|now\n"), std::string::npos);
}

TEST_F(LogTreeTest, logs_no_less_than_the_level_says) {
    const auto lines_at = [&](config::LoggingLevel level) {
        const auto path = directory + "/" + std::to_string(static_cast<int>(level));
        const auto logger = open_logger(path, level);
        logger->debug("debug");
        logger->info("info");
        logger->warn("warning");
        logger->error("error");
        const auto text = content(path);
        return std::count(text.begin(), text.end(), '\n');
    };
    EXPECT_EQ(lines_at(config::LoggingLevel::warning), 2);
    EXPECT_EQ(lines_at(config::LoggingLevel::info), 3);
    EXPECT_EQ(lines_at(config::LoggingLevel::debug), 4);
}

TEST_F(LogTreeTest, a_logger_is_not_inherited_by_other_programs) {
    const auto path = directory + "/log.txt";
    const auto logger = open_logger(path, config::LoggingLevel::info);
    bool found = false;
    for (const auto& entry : fs::directory_iterator("/proc/self/fd")) {
        std::error_code ignored;
        if (fs::read_symlink(entry, ignored) != fs::canonical(path)) continue;
        found = true;
        EXPECT_EQ(::fcntl(std::stoi(entry.path().filename()), F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
    }
    EXPECT_TRUE(found);
}

TEST_F(LogTreeTest, says_which_log_cannot_be_opened) {
    const auto path = directory + "/missing/log.txt";
    try {
        open_logger(path, config::LoggingLevel::info);
        ADD_FAILURE() << "nothing was thrown";
    } catch (const base::EnvironmentError& error) {
        EXPECT_NE(std::string(error.what()).find(path), std::string::npos) << error.what();
    }
}

}  // namespace
}  // namespace parallel_run::logging
