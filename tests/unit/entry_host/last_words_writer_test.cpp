// SPDX-License-Identifier: Apache-2.0
#include "entry_host/last_words_writer.hpp"

#include "stack_of_test.hpp"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <new>
#include <stdexcept>
#include <thread>

#include <gtest/gtest.h>

#include "entry_host/forked_child.hpp"

namespace parallel_run::entry_host {

[[gnu::noinline]] int writer_of(volatile int* nothing) {
    *nothing = 1;
    return *nothing;
}
[[gnu::noinline]] int thrower_in_a_thread(int number) {
    if (number > 0) throw std::runtime_error("nobody catches this");
    return 1;
}

namespace {

/// What a process that does `deed` leaves; the test's own process stays what it is.
class LastWordsWriter : public testing::Test {
protected:
    LastWordsWriter()
        : words(*new (::mmap(nullptr, sizeof(ring::LastWords), PROT_READ | PROT_WRITE,
                             MAP_SHARED | MAP_ANONYMOUS, -1, 0)) ring::LastWords{}) {}
    ~LastWordsWriter() override { ::munmap(&words, sizeof words); }

    /// Returns by which signal it ended; 0: by none.
    template <typename Deed>
    int end_of_process_that(const Deed& deed) {
        const pid_t child = ::fork();
        if (child == 0) {
            ::close(STDERR_FILENO);  // std::terminate speaks there
            leave_last_words_in(words);
            deed();
            ::_exit(0);
        }
        int status = 0;
        ::waitpid(child, &status, 0);
        said = copy(words);
        return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    }

    void expect_stack_shows(const std::string& name) const {
        ASSERT_FALSE(said.stack.empty());
        const auto text = text_of(said.stack);
        if (text.find('(') == std::string::npos) return;  // built without libdw
        EXPECT_NE(text.find(name), std::string::npos) << text;
    }

    ring::LastWords& words;
    ring::LastWordsCopy said;
};

TEST_F(LastWordsWriter, tells_where_a_fault_was) {
    EXPECT_EQ(end_of_process_that([] { writer_of(nullptr); }), SIGSEGV);
    EXPECT_EQ(said.signal, SIGSEGV);
    EXPECT_EQ(said.code, SEGV_MAPERR);
    EXPECT_EQ(said.address, 0U);
    EXPECT_FALSE(said.modules.empty());
    expect_stack_shows("::writer_of(");
}

TEST_F(LastWordsWriter, tells_where_abort_was_called) {
    EXPECT_EQ(end_of_process_that([] { std::abort(); }), SIGABRT);
    EXPECT_EQ(said.signal, SIGABRT);
    expect_stack_shows("end_of_process_that");
}

TEST_F(LastWordsWriter, tells_where_a_process_was_that_is_asked_to_end) {
    EXPECT_EQ(end_of_process_that([] { ::raise(SIGTERM); }), SIGTERM);
    EXPECT_EQ(said.signal, SIGTERM);
    expect_stack_shows("end_of_process_that");
}

TEST_F(LastWordsWriter, tells_an_exception_that_nobody_catches_with_its_throw) {
    const auto deed = [] { std::thread([] { thrower_in_a_thread(1); }).join(); };
    EXPECT_EQ(end_of_process_that(deed), SIGABRT);
    EXPECT_EQ(said.signal, SIGABRT);
    EXPECT_EQ(said.type, "std::runtime_error");
    EXPECT_EQ(said.message, "nobody catches this");
    expect_stack_shows("::thrower_in_a_thread(");
}

TEST_F(LastWordsWriter, leaves_a_signal_to_the_script_that_handles_it) {
    const auto deed = [] {
        std::signal(SIGTERM, [](int) { ::_exit(0); });
        ::raise(SIGTERM);
    };
    EXPECT_EQ(end_of_process_that(deed), 0);
    EXPECT_EQ(said.signal, 0);
}

TEST_F(LastWordsWriter, survives_what_a_batch_system_sends_to_all_processes_of_a_job) {
    const auto deed = [] {
        for (const int number : {SIGTERM, SIGTERM, SIGINT, SIGUSR1}) {
            const pid_t other = ::fork();
            if (other == 0) ::_exit(::kill(::getppid(), number));
            int status = 0;
            ::waitpid(other, &status, 0);
            if (status != 0) ::abort();
        }
    };
    EXPECT_EQ(end_of_process_that(deed), 0);
    EXPECT_EQ(said.signal, 0);
}

TEST_F(LastWordsWriter, says_nothing_of_a_child_that_the_script_forked) {
    const auto deed = [] {
        watch_for_forks();
        const pid_t child = ::fork();
        if (child == 0) writer_of(nullptr);
        int status = 0;
        ::waitpid(child, &status, 0);
        ::_exit(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV ? 0 : 1);
    };
    EXPECT_EQ(end_of_process_that(deed), 0);
    EXPECT_EQ(said.signal, 0);
}

TEST_F(LastWordsWriter, notes_the_first_items_and_counts_the_others) {
    const auto noted = [this](const std::vector<std::string_view>& items) {
        note_items(words, items);
        return copy(words).items;
    };
    EXPECT_EQ(noted({}), "");
    EXPECT_EQ(noted({"/a"}), "/a");
    EXPECT_EQ(noted({"/a", "/b", "/c"}), "/a, /b, /c");
    EXPECT_EQ(noted({"/a", "/b", "/c", "/d", "/e"}), "/a, /b, /c and 2 more");
    const std::string long_path(3000, 'p');
    EXPECT_EQ(noted({long_path, "/b"}), long_path.substr(0, words.items.size()));
}

}  // namespace
}  // namespace parallel_run::entry_host
