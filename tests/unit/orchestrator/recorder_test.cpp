// SPDX-License-Identifier: Apache-2.0
#include "orchestrator/recorder.hpp"

#include <poll.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

namespace parallel_run::orchestrator {
namespace {

namespace fs = std::filesystem;

class RecorderTest : public testing::Test {
protected:
    RecorderTest() { fs::create_directories(output_); }
    ~RecorderTest() override { fs::remove_all(output_); }

    journal::JournalWriter journal() {
        auto writer = journal::JournalWriter::create(storage_, output_, {{}, 1});
        return std::move(writer.value());
    }
    journal::State recovered() {
        return std::move(journal::recover(storage_, journal::journal_path(output_)).value().state);
    }

    const std::string output_ =
        (fs::temp_directory_path() / ("recorder_" + std::to_string(::getpid()))).string();
    journal::PosixStorage storage_;
};

journal::Record planned() { return journal::Planned{{3, {}}, 30}; }

TEST_F(RecorderTest, appends_and_tells_by_its_descriptor) {
    journal::OutputLock lock(output_, journal::real_surroundings([](const std::string&) {}));
    Recorder recorder(journal(), lock);
    EXPECT_FALSE(recorder.busy());
    EXPECT_FALSE(recorder.poll());
    recorder.append(planned());
    EXPECT_TRUE(recorder.busy());
    pollfd fd{recorder.wake_fd(), POLLIN, 0};
    ASSERT_EQ(::poll(&fd, 1, 60'000), 1);
    const auto fate = recorder.poll();
    ASSERT_TRUE(fate);
    EXPECT_EQ(*fate, "");
    EXPECT_FALSE(recorder.busy());
    EXPECT_TRUE(recovered().planned);
}

TEST_F(RecorderTest, waits_when_asked_to) {
    journal::OutputLock lock(output_, journal::real_surroundings([](const std::string&) {}));
    Recorder recorder(journal(), lock);
    recorder.append(planned());
    EXPECT_EQ(recorder.wait(), "");
    recorder.append(journal::Completed{});
    EXPECT_EQ(recorder.wait(), "");
    EXPECT_TRUE(recovered().completed);
}

TEST_F(RecorderTest, writes_nothing_without_the_lock) {
    journal::OutputLock lock(output_, journal::real_surroundings([](const std::string&) {}));
    Recorder recorder(journal(), lock);
    fs::remove(journal::state_directory(output_) + "/lock");
    recorder.append(planned());
    EXPECT_NE(recorder.wait(), "");
    EXPECT_FALSE(recovered().planned);
}

TEST_F(RecorderTest, looks_at_the_lock_when_asked_to) {
    journal::OutputLock lock(output_, journal::real_surroundings([](const std::string&) {}));
    Recorder recorder(journal(), lock);
    recorder.check_lock();
    EXPECT_EQ(recorder.wait(), "");
    fs::remove(journal::state_directory(output_) + "/lock");
    recorder.check_lock();
    EXPECT_NE(recorder.wait(), "");
}

TEST_F(RecorderTest, tells_of_a_record_that_cannot_come_next) {
    journal::OutputLock lock(output_, journal::real_surroundings([](const std::string&) {}));
    Recorder recorder(journal(), lock);
    recorder.append(journal::Completed{});
    EXPECT_NE(recorder.wait().find("before its plan"), std::string::npos);
}

}  // namespace
}  // namespace parallel_run::orchestrator
