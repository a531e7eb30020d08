// SPDX-License-Identifier: Apache-2.0
#include "orchestrator/ledger.hpp"

#include <gtest/gtest.h>

namespace parallel_run::orchestrator {
namespace {

using scheduling::Outcome;
using Ranges = std::vector<journal::Range>;

Outcome succeeded(std::uint64_t index, std::uint64_t rows) {
    Outcome outcome;
    outcome.index = index;
    outcome.rows = rows;
    return outcome;
}

TEST(Ledger, gives_an_epoch_what_had_ended_when_its_rank_sealed) {
    Ledger ledger(2, {});
    EXPECT_FALSE(ledger.waits());
    ledger.on_ended(0, succeeded(5, 1), 1);
    ledger.on_ended(0, succeeded(6, 1), 1);
    ledger.on_ended(1, succeeded(4, 1), 1);
    ledger.on_sealed(0);
    ledger.on_ended(0, succeeded(9, 1), 1);
    ledger.on_ended(1, succeeded(7, 1), 1);
    ledger.on_sealed(1);
    EXPECT_TRUE(ledger.waits());
    const auto first = ledger.take();
    EXPECT_EQ(first.committed, (Ranges{{4, 4}}));
    EXPECT_EQ(first.counters.processed, 4U);
    ledger.on_sealed(0);
    ledger.on_sealed(1);
    EXPECT_FALSE(ledger.waits());
    const auto second = ledger.take();
    EXPECT_EQ(second.committed, (Ranges{{9, 1}}));
    EXPECT_EQ(second.counters.processed, 5U) << "sums over all epochs";
}

TEST(Ledger, counts_like_the_scheduler) {
    journal::Counters before;
    before.processed = 10;
    before.items_failed = 3;
    Ledger ledger(1, before);
    ledger.on_ended(0, succeeded(0, 7), 5);  // two rows too many
    ledger.on_ended(0, succeeded(1, 3), 5);  // two items without a row
    auto failed = succeeded(2, 0);
    failed.kind = Outcome::Kind::failed;
    failed.attempt = 3;
    ledger.on_ended(0, failed, 5);
    ledger.on_sealed(0);
    const auto counters = ledger.take().counters;
    EXPECT_EQ(counters.processed, 12U);
    EXPECT_EQ(counters.failed, 1U);
    EXPECT_EQ(counters.rows, 10U);
    EXPECT_EQ(counters.surplus_rows, 2U);
    EXPECT_EQ(counters.items_succeeded, 8U);
    EXPECT_EQ(counters.items_failed, 3U + 2U + 5U);
    EXPECT_EQ(counters.retries, 2U);
}

TEST(Ledger, takes_the_items_of_a_table_from_whoever_read_it) {
    Ledger ledger(1, {});
    auto table = succeeded(0, 3);
    table.items = 5;
    ledger.on_ended(0, table, 0);
    auto unread = succeeded(1, 0);
    unread.kind = Outcome::Kind::failed;
    ledger.on_ended(0, unread, 0);
    ledger.on_sealed(0);
    const auto counters = ledger.take().counters;
    EXPECT_EQ(counters.items_succeeded, 3U);
    EXPECT_EQ(counters.items_failed, 2U + 1U);
    EXPECT_EQ(counters.surplus_rows, 0U);
}

}  // namespace
}  // namespace parallel_run::orchestrator
