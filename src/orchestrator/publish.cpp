// SPDX-License-Identifier: Apache-2.0
#include "orchestrator/publish.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "base/error.hpp"
#include "base/unique_fd.hpp"

namespace parallel_run::orchestrator {

std::string publish(const config::Step& step) {
    const auto partial = config::partial_output_path(step);
    const auto final = config::final_output_path(step);
    std::error_code error;
    std::filesystem::rename(partial, final, error);
    if (error) return "cannot rename " + partial + " to " + final + ": " + error.message();
    const base::UniqueFd directory(::open(step.output.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!directory || ::fsync(directory.get()) != 0) {
        return base::system_error_text("cannot sync the directory " + step.output, errno);
    }
    return {};
}

}  // namespace parallel_run::orchestrator
