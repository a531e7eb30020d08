// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include <spdlog/logger.h>

#include "config/step.hpp"

namespace parallel_run::logging {

/// Where each log lies (README.md, "Logs"). `root` is the step's `logs`.
class LogTree {
public:
    explicit LogTree(std::string root) : root_(std::move(root)) {}

    [[nodiscard]] std::string job_result() const { return root_ + "/job_result.txt"; }
    [[nodiscard]] std::string configuration() const { return root_ + "/sys/step.conf"; }
    [[nodiscard]] std::string master_role() const { return root_ + "/sys/master_role.txt"; }
    [[nodiscard]] std::string entry_script_log(const std::string& node) const {
        return root_ + "/user/entry_script_log/" + node;
    }
    [[nodiscard]] std::string user_stdout(const std::string& node) const {
        return root_ + "/user/stdout/" + node;
    }
    [[nodiscard]] std::string user_stderr(const std::string& node) const {
        return root_ + "/user/stderr/" + node;
    }
    [[nodiscard]] std::string user_error(const std::string& node) const {
        return root_ + "/user/error/" + node;
    }

    /// Removes what an earlier job left, and nothing else that lies in the directory. Throws
    /// base::EnvironmentError, like the two below.
    void clear() const;
    void make_job_directories() const;
    void make_node_directories(const std::string& node) const;

private:
    std::string root_;
};

/// A logger that appends to `path`; the file is not inherited by other programs. Throws
/// base::EnvironmentError.
std::shared_ptr<spdlog::logger> open_logger(const std::string& path, config::LoggingLevel level);

}  // namespace parallel_run::logging
