// SPDX-License-Identifier: Apache-2.0
#include "cli/script_check.hpp"

#include "script_fixture.hpp"

#include <chrono>

#include "base/error.hpp"

namespace parallel_run::cli {
namespace {

using namespace std::chrono_literals;

/// Shell programs stand for the worker program that loads a script.
class ScriptCheck : public ScriptTest {
protected:
    /// Why the script is refused.
    std::string refusal_by(const std::string& worker, const LoadingLimits& limits = {}) {
        const auto program = write_program("worker", worker + "\n");
        return message_of<base::UsageError>([&] { check_script(program, "x.so", limits); });
    }
};

}  // namespace

TEST_F(ScriptCheck, believes_the_word_of_success) {
    EXPECT_NO_THROW(check_script(write_program("worker", "echo loaded\n"), "x.so"));
}

TEST_F(ScriptCheck, does_not_wait_for_what_a_script_left_running) {
    const auto worker = "sleep 600 & echo $! >" + path("pid") + "; echo loaded\n";
    EXPECT_NO_THROW(check_script(write_program("worker", worker), "x.so"));
    EXPECT_EQ(std::system(("kill $(cat " + path("pid") + ")").c_str()), 0);
}

TEST_F(ScriptCheck, passes_on_why_a_script_does_not_load) {
    EXPECT_EQ(refusal_by("echo \"entry script $2: no such file.\"; exit 1"),
              "entry script x.so: no such file.");
}

TEST_F(ScriptCheck, refuses_a_script_that_ends_the_process_when_it_is_loaded) {
    EXPECT_EQ(refusal_by("exit 0"),
              "entry script x.so: loading it ended the process with status 0; does the "
              "constructor of a global object call exit()?");
    EXPECT_NE(refusal_by("exit 7").find("with status 7"), std::string::npos);
}

TEST_F(ScriptCheck, refuses_a_script_that_does_not_come_to_an_end) {
    for (const auto* worker : {"exec sleep 600", "exec sleep 600 >&-"}) {
        EXPECT_EQ(refusal_by(worker, {50ms, 20ms}),
                  "entry script x.so: loading it did not end within 1 s; look at the constructors "
                  "of its global objects: what may wait belongs into init()");
    }
}

TEST_F(ScriptCheck, says_what_it_waits_for) {
    testing::internal::CaptureStderr();
    (void)refusal_by("exec sleep 600", {50ms, 20ms});
    EXPECT_EQ(testing::internal::GetCapturedStderr(),
              "parallel-run: waiting for entry script x.so to load\n");
}

TEST_F(ScriptCheck, tells_a_damaged_file_from_a_crash) {
    EXPECT_EQ(refusal_by("kill -BUS $$"),
              "entry script x.so: loading it ended by signal 7 (Bus error); the file is probably "
              "damaged, as by a copy that was cut short: build or copy it again");
    EXPECT_EQ(refusal_by("kill -SEGV $$"),
              "entry script x.so: loading it ended by signal 11 (Segmentation fault); look at the "
              "constructors of its global objects");
}

TEST_F(ScriptCheck, says_when_there_is_no_worker_program) {
    EXPECT_EQ(message_of<base::EnvironmentError>([&] { check_script(path("none"), "x.so"); }),
              "cannot start " + path("none") + ": No such file or directory");
}

}  // namespace parallel_run::cli
