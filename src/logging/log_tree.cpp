// SPDX-License-Identifier: Apache-2.0
#include "logging/log_tree.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <mutex>

#include <spdlog/sinks/base_sink.h>

#include "base/error.hpp"
#include "base/unique_fd.hpp"

namespace parallel_run::logging {

namespace {

void make_directory(const std::string& path) {
    std::error_code error;
    std::filesystem::create_directories(path, error);
    if (error) {
        throw base::EnvironmentError("cannot make the log directory " + path + ": " +
                                     error.message() + "; choose another one with --logs");
    }
}

/// spdlog's own file sinks are inherited by children unless it is built specially.
class CloseOnExecFileSink : public spdlog::sinks::base_sink<std::mutex> {
public:
    explicit CloseOnExecFileSink(const std::string& path)
        : fd_(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666)) {
        if (!fd_)
            throw base::EnvironmentError(base::system_error_text("cannot open " + path, errno));
    }

private:
    void sink_it_(const spdlog::details::log_msg& message) override {
        spdlog::memory_buf_t line;
        formatter_->format(message, line);
        [[maybe_unused]] const auto written = ::write(fd_.get(), line.data(), line.size());
    }
    void flush_() override {}

    base::UniqueFd fd_;
};

spdlog::level::level_enum spdlog_level(config::LoggingLevel level) {
    switch (level) {
        case config::LoggingLevel::warning: return spdlog::level::warn;
        case config::LoggingLevel::info: return spdlog::level::info;
        case config::LoggingLevel::debug: return spdlog::level::debug;
    }
    return spdlog::level::info;
}

}  // namespace

void LogTree::clear() const {
    for (const auto* const name : {"/sys", "/user", "/job_result.txt"}) {
        std::error_code error;
        std::filesystem::remove_all(root_ + name, error);
        if (error) {
            throw base::EnvironmentError("cannot remove the log of an earlier run, " + root_ +
                                         name + ": " + error.message());
        }
    }
}

void LogTree::make_job_directories() const {
    make_directory(root_ + "/sys");
    make_directory(root_ + "/user");
}

void LogTree::make_node_directories(const std::string& node) const {
    for (const auto& path :
         {entry_script_log(node), user_stdout(node), user_stderr(node), user_error(node)}) {
        make_directory(path);
    }
}

void replace_file(const std::string& path, const std::string& content) {
    const auto fresh = path + ".new";
    std::ofstream file(fresh, std::ios::binary);
    file << content;
    file.close();
    std::error_code ignored;
    if (file) std::filesystem::rename(fresh, path, ignored);
}

std::shared_ptr<spdlog::logger> open_logger(const std::string& path, config::LoggingLevel level) {
    auto logger =
        std::make_shared<spdlog::logger>(path, std::make_shared<CloseOnExecFileSink>(path));
    logger->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z|%l|%P|%v");
    logger->set_level(spdlog_level(level));
    return logger;
}

}  // namespace parallel_run::logging
