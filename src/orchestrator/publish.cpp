// SPDX-License-Identifier: Apache-2.0
#include "orchestrator/publish.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "base/error.hpp"
#include "base/unique_fd.hpp"

namespace parallel_run::orchestrator {

namespace {

namespace fs = std::filesystem;

std::string rename_durably(const config::Step& step, const std::string& from) {
    const auto to = config::final_output_path(step);
    std::error_code error;
    fs::rename(from, to, error);
    if (error) return "cannot rename " + from + " to " + to + ": " + error.message();
    const base::UniqueFd directory(::open(step.output.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!directory || ::fsync(directory.get()) != 0) {
        return base::system_error_text("cannot sync the directory " + step.output, errno);
    }
    return {};
}

}  // namespace

std::string publish(const config::Step& step) {
    const auto partial = config::partial_output_path(step);
    if (!config::is_table(step)) return rename_durably(step, partial);
    const auto table = config::new_table_path(step);
    std::error_code error;
    if (fs::exists(table, error)) {
        if (auto failure = rename_durably(step, table); !failure.empty()) return failure;
    }
    fs::remove(partial, error);
    return error ? "cannot remove " + partial + ": " + error.message() : "";
}

}  // namespace parallel_run::orchestrator
