// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "worker/spawner.hpp"

namespace parallel_run::worker {
namespace {

SpawnRequest full_request() {
    return {"/bin/worker", {"--a", ""}, {"A=1", "B=two words"}, "/tmp", "/logs/out", "/logs/err"};
}

TEST(SpawnRequest, survives_the_journey) {
    SpawnRequest received;
    ASSERT_TRUE(decode(encode(full_request()), received));
    EXPECT_EQ(received.program, "/bin/worker");
    EXPECT_EQ(received.arguments, (std::vector<std::string>{"--a", ""}));
    EXPECT_EQ(received.environment, (std::vector<std::string>{"A=1", "B=two words"}));
    EXPECT_EQ(received.working_dir, "/tmp");
    EXPECT_EQ(received.stdout_path, "/logs/out");
    EXPECT_EQ(received.stderr_path, "/logs/err");
}

TEST(SpawnRequest, replaces_what_was_there) {
    auto received = full_request();
    ASSERT_TRUE(decode(encode(SpawnRequest{}), received));
    EXPECT_TRUE(received.program.empty());
    EXPECT_TRUE(received.arguments.empty());
    EXPECT_TRUE(received.environment.empty());
}

TEST(SpawnRequest, is_refused_when_cut_anywhere_or_too_long) {
    const auto bytes = encode(full_request());
    SpawnRequest request;
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        EXPECT_FALSE(decode(std::string_view(bytes).substr(0, size), request)) << size;
    }
    EXPECT_FALSE(decode(bytes + "x", request));
}

}  // namespace
}  // namespace parallel_run::worker
