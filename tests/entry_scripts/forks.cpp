// SPDX-License-Identifier: Apache-2.0
// run() forks and forgets to look which of the two it is; then it closes every descriptor.
#include <sys/wait.h>
#include <unistd.h>

#include <string>

#include <parallel_run/entry_script.hpp>

namespace pr = parallel_run;

namespace {

void init() {}

pr::Rows run(const pr::MiniBatch& mini_batch) {
    const pid_t child = ::fork();
    pr::Rows rows;
    for (const auto& path : mini_batch.files()) rows.append(path.filename().string());
    if (child == 0) return rows;
    int status = 0;
    ::waitpid(child, &status, 0);
    ::closefrom(0);
    pr::EntryScript::instance().logger().info("child ended with {}", WEXITSTATUS(status));
    return rows;
}

}  // namespace

PARALLEL_RUN_ENTRY_SCRIPT(init, run)
