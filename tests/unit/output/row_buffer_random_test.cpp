// SPDX-License-Identifier: Apache-2.0
// A RowBuffer that soon runs out of memory, against strings that never do.
#include "temporary_directory.hpp"

#include <random>

#include <gtest/gtest.h>

#include "output/row_buffer.hpp"

namespace parallel_run::output {
namespace {

constexpr std::size_t kMemory = 4096;

class Comparison {
public:
    Comparison(const std::string& directory, std::uint64_t seed)
        : rows_(directory, kMemory), random_(seed) {}

    void step() {
        const auto kind = up_to(99);
        if (kind < 70) {
            add();
        } else if (kind < 85) {
            rows_.commit();
            finished_ += std::exchange(pending_, {});
        } else if (kind < 92) {
            rows_.discard();
            pending_.clear();
        } else {
            seal();
        }
        ASSERT_EQ(rows_.finished_bytes(), finished_.size());
        ASSERT_EQ(rows_.bytes(), finished_.size() + pending_.size());
    }

private:
    std::size_t up_to(std::size_t most) {
        return std::uniform_int_distribution<std::size_t>(0, most)(random_);
    }

    void add() {
        std::string rows(up_to(9) == 0 ? up_to(3 * kMemory) : up_to(200), '\0');
        for (auto& letter : rows) letter = static_cast<char>('a' + up_to(25));
        ASSERT_TRUE(rows_.add(rows)) << rows_.error();
        pending_ += rows;
    }

    /// As in the agent, the block before goes on being read while rows are added, and comes back
    /// for its capacity later.
    void seal() {
        auto block = std::move(spare_);
        spare_ = std::move(written_);
        spare_.clear();
        rows_.seal(block);
        ASSERT_EQ(block.size(), finished_.size());
        const auto view = block.view();
        ASSERT_TRUE(view) << view.error();
        ASSERT_EQ(view.value(), finished_);
        ASSERT_EQ(block.check(), "");
        written_ = std::move(block);
        finished_.clear();
    }

    RowBuffer rows_;
    std::string finished_;
    std::string pending_;
    Spool written_;
    Spool spare_;
    std::mt19937_64 random_;
};

TEST(RowBuffer, is_what_strings_would_be_however_often_it_spools) {
    const TemporaryDirectory directory;
    for (std::uint64_t seed = 1; seed <= 8; ++seed) {
        SCOPED_TRACE(seed);
        Comparison comparison(directory.path(), seed);
        for (int i = 0; i < 1000; ++i) ASSERT_NO_FATAL_FAILURE(comparison.step()) << "step " << i;
    }
}

TEST(RowBuffer, takes_nothing_more_of_a_mini_batch_without_room) {
    RowBuffer rows("/nowhere", 64);
    ASSERT_TRUE(rows.add("done\n"));
    rows.commit();
    EXPECT_FALSE(rows.add(std::string(64, 'x')));
    EXPECT_FALSE(rows.add("a\n"));
    EXPECT_FALSE(rows.add(""));
    EXPECT_NE(rows.error().find("/nowhere"), std::string::npos) << rows.error();
    rows.discard();
    EXPECT_EQ(rows.error(), "");
    EXPECT_TRUE(rows.add("b\n"));
    rows.commit();
    Spool block;
    rows.seal(block);
    EXPECT_EQ(block.view().value(), "done\nb\n");
}

}  // namespace
}  // namespace parallel_run::output
