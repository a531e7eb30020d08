// SPDX-License-Identifier: Apache-2.0
// Every error arrives with its place: in user/error/<node>/processNNN.txt.
#include "whole_test.hpp"

namespace parallel_run::whole {

namespace {

/// One file, whose name says how the script fails, and one attempt.
class Errors : public WholeTest {
protected:
    /// What the error log says.
    std::string log_of(const std::string& script, const std::string& file, const Words& more = {}) {
        make_files("data", {file});
        make_step(entry_script(script),
                  "mini_batch_size = 1\nrun_max_try = 1\nprocess_count_per_node = 1\n");
        EXPECT_TRUE(ended_with(1, run_step(more)));
        return logged("user/error");
    }

    /// `parts` one after another.
    static testing::AssertionResult says_in_turn(const std::string& text, const Words& parts) {
        std::size_t at = 0;
        for (const auto& part : parts) {
            at = text.find(part, at);
            if (at == std::string::npos) {
                return testing::AssertionFailure() << "no " << part << " there:\n" << text;
            }
        }
        return testing::AssertionSuccess();
    }
};

}  // namespace

TEST_F(Errors, have_place_items_and_the_stack_of_the_throw) {
    const auto log = log_of("throws_deep", "rethrow");
    EXPECT_TRUE(says_in_turn(
        log, {"|run|mini-batch 0 attempt 1|std::runtime_error: cannot read rethrow\n",
              "in process000 on ", "items: " + path("data/rethrow"),
              "stack of the throw:", "read_pixel", "decode_image", "decode_again", "run"}));
    EXPECT_EQ(log.find("parallel-run-worker"), std::string::npos) << log;
    EXPECT_EQ(log.find("EntryPoints"), std::string::npos) << log;
}

TEST_F(Errors, that_come_from_another_thread_have_its_stack) {
    EXPECT_TRUE(says_in_turn(log_of("throws_deep", "thread"),
                             {"cannot read thread", "read_pixel", "decode_image"}));
}

TEST_F(Errors, of_the_library_have_the_stack_too) {
    EXPECT_TRUE(says_in_turn(log_of("throws_deep", "at"),
                             {"std::out_of_range: ", "pixel_out_of_range", "run"}));
}

TEST_F(Errors, that_nobody_catches_say_so_with_their_throw) {
    EXPECT_TRUE(says_in_turn(log_of("throws_deep", "terminate"),
                             {"|process|mini-batch 0 attempt 1|process000 was killed by signal 6 "
                              "(Aborted): nobody caught "
                              "std::runtime_error: cannot read terminate\n",
                              "stack of the throw:", "read_pixel", "decode_image"}));
}

TEST_F(Errors, that_are_signals_have_the_stack_of_the_fault) {
    EXPECT_TRUE(says_in_turn(log_of("crashes_deep", "null"),
                             {"|process|mini-batch 0 attempt 1|process000 was killed by signal 11 "
                              "(Segmentation fault)\n",
                              "items: " + path("data/null"), "fault: address 0x0 is not mapped",
                              "stack of the fault:", "write_pixel", "paint_image", "run"}));
}

TEST_F(Errors, that_use_up_the_stack_are_told_all_the_same) {
    EXPECT_TRUE(says_in_turn(log_of("crashes_deep", "overflow"),
                             {"signal 11 (Segmentation fault)", "descend", "more like it"}));
}

TEST_F(Errors, say_where_a_process_hung) {
    EXPECT_TRUE(
        says_in_turn(log_of("hangs", "photo", {"--run_invocation_timeout", "1"}),
                     {"process000 was killed: run() took longer than run_invocation_timeout = 1 s",
                      "items: " + path("data/photo"), "where it was:", "wait_for_camera", "run"}));
}

TEST_F(Errors, of_a_script_that_ignores_being_asked_have_no_stack) {
    const auto log =
        log_of("hangs", "photo", {"--run_invocation_timeout", "1", "--", "--ignore-sigterm"});
    EXPECT_TRUE(says(log, "run() took longer than run_invocation_timeout = 1 s"));
    EXPECT_EQ(log.find("where it was"), std::string::npos) << log;
}

TEST_F(Errors, of_init_have_the_stack_of_the_throw) {
    EXPECT_TRUE(says_in_turn(
        log_of("throws_in_init", "photo"),
        {"|init|init|std::runtime_error: the model is missing\n", "stack of the throw:", "init"}));
}

TEST_F(Errors, are_none_where_a_script_forks_and_closes_every_descriptor) {
    const auto names = make_files("data", 4);
    make_step(entry_script("forks"), "mini_batch_size = 1\n");
    EXPECT_TRUE(ended_with(0, run_step()));
    EXPECT_EQ(rows(), names);
    EXPECT_EQ(count_of(logged("user/entry_script_log"), "child ended with 1"), 4U);
    EXPECT_EQ(logged("user/error"), "");
}

}  // namespace parallel_run::whole
