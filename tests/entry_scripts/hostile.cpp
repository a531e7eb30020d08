// SPDX-License-Identifier: Apache-2.0
// run() gives a row with the name of each file, and does what --deed says when it comes to the file
// "bad".
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <parallel_run/entry_script.hpp>

namespace pr = parallel_run;

namespace {

constexpr int kMoreThanAnyDescriptor = 2000;

[[noreturn]] void hang() {
    while (true) ::pause();
}

void crash() {
    volatile int* volatile nowhere = nullptr;
    *nowhere = 1;
}

void handle_all_signals(void (*handler)(int)) {
    for (int number = 1; number < NSIG; ++number) std::signal(number, handler);
}

void use_up_address_space() {
    rlimit limit{};
    ::getrlimit(RLIMIT_AS, &limit);
    limit.rlim_cur = std::size_t{1} << 30;
    ::setrlimit(RLIMIT_AS, &limit);
    const std::vector<char> eaten(2 * limit.rlim_cur);
}

void throw_in_a_thread() {
    std::thread([] { throw std::runtime_error("cannot do it"); }).join();
}

/// Two processes come back from run().
void fork_and_forget() {
    if (const pid_t child = ::fork(); child > 0) ::waitpid(child, nullptr, 0);
}

void leave_a_daemon() {
    const pid_t child = ::fork();
    if (child > 0) {
        ::waitpid(child, nullptr, 0);
        return;
    }
    ::setsid();
    if (::fork() > 0) ::_exit(0);
    std::signal(SIGTERM, SIG_IGN);
    std::signal(SIGHUP, SIG_IGN);
    hang();
}

/// Then has the file "own" under every number that it can get.
void take_all_descriptors() {
    for (int fd = 0; fd < kMoreThanAnyDescriptor; ++fd) ::close(fd);
    ::closefrom(3);
    const auto own = pr::EntryScript::instance().argument("--own");
    int fd = 0;
    while (fd >= 0 && fd < kMoreThanAnyDescriptor) {
        fd = ::open(own.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0666);
    }
    pr::EntryScript::instance().logger().info("all descriptors are taken");
}

void change_directory() {
    if (::chdir("/") != 0) throw std::runtime_error("chdir");
}

const std::map<std::string, std::function<void()>> kDeeds = {
    {"throw", [] { throw std::runtime_error("cannot do it"); }},
    {"crash", crash},
    {"throw_in_a_thread", throw_in_a_thread},
    {"exit_0", [] { std::exit(0); }},
    {"exit_3", [] { std::exit(3); }},
    {"exit_at_once", [] { ::_exit(7); }},
    {"abort", [] { std::abort(); }},
    {"loop",
     [] {
         volatile bool always = true;
         while (always) {
         }
     }},
    {"hang_and_ignore_sigterm",
     [] {
         handle_all_signals(SIG_IGN);
         hang();
     }},
    {"use_up_address_space", use_up_address_space},
    {"kill_itself", [] { ::kill(::getpid(), SIGKILL); }},
    {"kill_its_group", [] { ::kill(0, SIGKILL); }},
    {"stop_itself", [] { ::kill(::getpid(), SIGSTOP); }},
    {"ignore_signals_and_crash",
     [] {
         handle_all_signals(SIG_IGN);
         crash();
     }},
    {"reset_signals_and_crash",
     [] {
         handle_all_signals(SIG_DFL);
         crash();
     }},
    {"fork_and_forget", fork_and_forget},
    {"leave_a_daemon", leave_a_daemon},
    {"take_all_descriptors", take_all_descriptors},
    {"change_directory", change_directory},
    {"ignore_signals", [] { handle_all_signals(SIG_IGN); }},
};

std::function<void()> deed;

void init() {
    const auto& script = pr::EntryScript::instance();
    deed = kDeeds.at(script.argument("--deed"));
    script.logger().info("about to be hostile");
}

pr::Rows run(const pr::MiniBatch& mini_batch) {
    pr::Rows rows;
    for (const auto& path : mini_batch.files()) {
        const auto name = path.filename().string();
        if (name == "bad") deed();
        rows.append(name);
    }
    return rows;
}

}  // namespace

PARALLEL_RUN_ENTRY_SCRIPT(init, run)
