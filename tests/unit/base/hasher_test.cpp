// SPDX-License-Identifier: Apache-2.0
#include "base/hasher.hpp"

#include <gtest/gtest.h>

namespace parallel_run::base {
namespace {

TEST(Hasher, does_not_see_where_parts_end) {
    Hasher parts;
    parts.add("mini-");
    parts.add("");
    parts.add("batch");
    Hasher whole;
    whole.add("mini-batch");
    EXPECT_EQ(parts.digest(), whole.digest());
}

TEST(Hasher, goes_on_after_a_digest) {
    Hasher hasher;
    const auto before = hasher.digest();
    hasher.add("x");
    EXPECT_NE(hasher.digest(), before);
}

// The value that `printf abc | xxhsum -H128` prints.
TEST(Hasher, is_xxh3_of_128_bits) {
    Hasher hasher;
    hasher.add("abc");
    EXPECT_EQ(to_text(hasher.digest()), "06b05ab6733a618578af5f94892f3950");
}

}  // namespace
}  // namespace parallel_run::base
