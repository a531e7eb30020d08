// SPDX-License-Identifier: Apache-2.0
#include "orchestrator/agreement.hpp"

#include <gtest/gtest.h>

namespace parallel_run::orchestrator {
namespace {

const schema::Columns kColumns{{"label", PARALLEL_RUN_INT32, 0, {}}};
const schema::Columns kOthers{{"label", PARALLEL_RUN_INT64, 0, {}}};

TEST(Agreement, records_what_the_first_process_declares_once) {
    Agreement agreement({});
    EXPECT_FALSE(agreement.take_unrecorded());
    EXPECT_EQ(agreement.on_declared("rank 1 on a", kColumns), "");
    EXPECT_EQ(agreement.take_unrecorded(), kColumns);
    EXPECT_FALSE(agreement.take_unrecorded());
    EXPECT_EQ(agreement.on_declared("rank 0 on a", kColumns), "");
    EXPECT_FALSE(agreement.take_unrecorded());
    EXPECT_EQ(agreement.columns(), kColumns);
}

TEST(Agreement, does_not_record_what_is_recorded) {
    Agreement agreement(kColumns);
    EXPECT_EQ(agreement.on_declared("rank 1 on a", kColumns), "");
    EXPECT_FALSE(agreement.take_unrecorded());
}

TEST(Agreement, names_both_ranks_and_the_difference) {
    Agreement agreement({});
    EXPECT_EQ(agreement.on_declared("rank 1 on a", kColumns), "");
    EXPECT_EQ(agreement.on_declared("rank 2 on b", kOthers),
              "worker processes declared different columns: column 1 is int32 label on rank 1 on a "
              "and int64 label on rank 2 on b; let init() declare the same everywhere and in every "
              "start");
    EXPECT_EQ(agreement.columns(), kColumns);
}

TEST(Agreement, holds_with_earlier_starts_of_the_run) {
    Agreement agreement(kColumns);
    EXPECT_EQ(agreement.on_declared("rank 2 on b", kOthers),
              "worker processes declared different columns: column 1 is int32 label in an earlier "
              "start of the run and int64 label on rank 2 on b; let init() declare the same "
              "everywhere and in every start, or start anew with --overwrite");
}

}  // namespace
}  // namespace parallel_run::orchestrator
