// SPDX-License-Identifier: Apache-2.0
// The main of every MPI test. Each rank runs the same tests in the same order; a test fails when it
// fails on any rank.
#include <mpi.h>

#include <cstdio>
#include <string>

#include <gtest/gtest.h>

namespace {

int rank_of_world() {
    int rank = 0;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    return rank;
}

/// On all ranks but the first: speaks of failures only.
class FailurePrinter : public testing::EmptyTestEventListener {
    void OnTestPartResult(const testing::TestPartResult& result) override {
        if (!result.failed()) return;
        const auto* const test = testing::UnitTest::GetInstance()->current_test_info();
        std::fprintf(stderr, "rank %d, %s.%s\n%s:%d: %s\n", rank_of_world(),
                     test == nullptr ? "" : test->test_suite_name(),
                     test == nullptr ? "" : test->name(), result.file_name(), result.line_number(),
                     result.message());
    }
};

/// COLLECTIVE: a test fails on every rank when it failed on one, and all leave it together.
class Voter : public testing::EmptyTestEventListener {
    void OnTestEnd(const testing::TestInfo& test) override {
        int failed = test.result()->Failed() ? 1 : 0;
        MPI_Allreduce(MPI_IN_PLACE, &failed, 1, MPI_INT, MPI_MAX, MPI_COMM_WORLD);
        if (failed != 0) any_failed = true;
    }

public:
    bool any_failed = false;
};

}  // namespace

int main(int argc, char** argv) {
    int provided = 0;
    MPI_Init_thread(&argc, &argv, MPI_THREAD_MULTIPLE, &provided);
    testing::InitGoogleTest(&argc, argv);
    auto& listeners = testing::UnitTest::GetInstance()->listeners();
    if (rank_of_world() != 0) {
        delete listeners.Release(listeners.default_result_printer());
        listeners.Append(new FailurePrinter);
    }
    auto* const voter = new Voter;
    listeners.Append(voter);
    const bool multiple = provided >= MPI_THREAD_MULTIPLE;
    if (!multiple) std::fprintf(stderr, "this MPI has no MPI_THREAD_MULTIPLE\n");
    const int status = multiple ? RUN_ALL_TESTS() : 1;
    const bool failed = status != 0 || voter->any_failed;
    MPI_Finalize();
    return failed ? 1 : 0;
}
