// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include <spdlog/logger.h>

#include "base/process_name.hpp"
#include "config/step.hpp"

namespace parallel_run::logging {

/// Where each log lies (README.md, "Logs"). `root` is the step's `logs`.
class LogTree {
public:
    explicit LogTree(std::string root) : root_(std::move(root)) {}

    [[nodiscard]] std::string job_result() const { return root_ + "/job_result.txt"; }
    [[nodiscard]] std::string configuration() const { return root_ + "/sys/step.conf"; }
    [[nodiscard]] std::string master_role() const { return root_ + "/sys/master_role.txt"; }
    [[nodiscard]] std::string errors() const { return root_ + "/user/error.txt"; }
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

    /// Of one worker process, with the stacks.
    [[nodiscard]] std::string process_errors(const std::string& node, std::uint32_t process) const {
        return user_error(node) + "/" + base::process_name(process) + ".txt";
    }

    /// Removes what an earlier job left, and nothing else that lies in the directory. Throws
    /// base::EnvironmentError, like the two below.
    void clear() const;
    void make_job_directories() const;
    void make_node_directories(const std::string& node) const;

private:
    std::string root_;
};

/// Replaces the file's content as a whole: a reader sees the old or the new one. A failure is not
/// reported: a log that cannot be written must not fail the job.
void replace_file(const std::string& path, const std::string& content);

/// A logger that appends to `path`; the file is not inherited by other programs. Throws
/// base::EnvironmentError.
std::shared_ptr<spdlog::logger> open_logger(const std::string& path, config::LoggingLevel level);

}  // namespace parallel_run::logging
