// SPDX-License-Identifier: Apache-2.0
#include "entry_host/last_words_writer.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <csignal>
#include <cstring>
#include <exception>

#include "entry_host/exception_text.hpp"
#include "entry_host/forked_child.hpp"
#include "entry_host/module_list.hpp"
#include "entry_host/stack_walk.hpp"
#include "entry_host/throw_stacks.hpp"

namespace parallel_run::entry_host {

namespace {

/// SIGTERM is how the agent asks a process that hangs where it does.
constexpr std::array kSignals = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGTERM};

constexpr std::size_t kNotedItems = 3;

// A signal handler takes no arguments of ours.
ring::LastWords* words = nullptr;
std::terminate_handler next_terminate_handler = nullptr;
std::atomic<pid_t> speaker{0};
pid_t spawner = 0;

/// Only the first thread that dies speaks; others wait for the end that it brings.
bool may_speak() {
    if (is_forked_child()) return false;
    pid_t before = 0;
    const auto self = ::gettid();
    if (speaker.compare_exchange_strong(before, self)) return true;
    if (before == self) return false;
    while (true) ::pause();
}

void add_frame(std::uint64_t address) {
    const auto count = words->frame_count.load(std::memory_order_relaxed);
    if (count >= ring::kMaxFrames) return;
    words->frames[count] = address;
    words->frame_count.store(count + 1, std::memory_order_release);
}

void add_modules() {
    const auto size = list_modules(words->modules.data(), words->modules.size());
    words->modules_size.store(static_cast<std::uint32_t>(size), std::memory_order_release);
}

/// What the script has written over the place is not to pass for words of ours.
void begin_words() {
    words->frame_count.store(0, std::memory_order_relaxed);
    words->type[0] = words->message[0] = '\0';
}

/// Each word is left at once: a damaged stack may end the process while it is walked.
void tell_signal(int number, const siginfo_t& info) {
    begin_words();
    const bool sent = info.si_code <= 0;
    words->code = info.si_code;
    words->address = sent ? static_cast<std::uint64_t>(info.si_pid)
                          : reinterpret_cast<std::uint64_t>(info.si_addr);
    words->signal.store(number, std::memory_order_release);
    add_modules();
    walk_stack([inside = false](std::uint64_t address, bool interrupted) mutable {
        inside |= interrupted;  // before that come this handler's frames
        if (inside) add_frame(address);
        return words->frame_count.load(std::memory_order_relaxed) < ring::kMaxFrames;
    });
}

void on_signal(int number, siginfo_t* info, void*);

void arm(int number) {
    struct sigaction action {};
    action.sa_sigaction = on_signal;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | static_cast<int>(SA_RESETHAND);
    ::sigaction(number, &action, nullptr);
}

/// A batch system sends what is to stop a job to all of its processes. That is for the ranks.
bool is_for_the_rank(int number, const siginfo_t& info) {
    return number == SIGTERM && !is_forked_child() && info.si_pid != spawner &&
           info.si_pid != ::getpid();
}

void on_signal(int number, siginfo_t* info, void*) {
    if (is_for_the_rank(number, *info)) return arm(number);
    if (may_speak()) tell_signal(number, *info);
    ::raise(number);  // comes when this handler returns, and finds the default action
}

void tell_uncaught_exception(const std::exception_ptr& exception) {
    const auto error = describe_current_exception();
    ring::put_text(words->type, error.type);
    ring::put_text(words->message, error.message);
    for (const auto address : stack_of_throw(exception)) add_frame(address);
}

void on_terminate() {
    if (may_speak()) {
        begin_words();
        words->signal.store(SIGABRT, std::memory_order_release);
        add_modules();
        if (const auto exception = std::current_exception()) tell_uncaught_exception(exception);
        if (words->frame_count.load() == 0) {
            for (const auto address : stack_of_caller()) add_frame(address);
        }
    }
    next_terminate_handler();
}

}  // namespace

void leave_last_words_in(ring::LastWords& place) {
    words = &place;
    next_terminate_handler = std::set_terminate(on_terminate);
    // A stack that is used up has no room for the handler.
    static std::array<char, 128 << 10> handler_stack;
    stack_t stack{};
    stack.ss_sp = handler_stack.data();
    stack.ss_size = handler_stack.size();
    ::sigaltstack(&stack, nullptr);
    spawner = ::getppid();
    for (const auto number : kSignals) arm(number);
    // A handler and not SIG_IGN, which programs that the script starts would inherit.
    struct sigaction nothing {};
    nothing.sa_handler = [](int) {};
    nothing.sa_flags = SA_RESTART;
    for (const auto number : {SIGINT, SIGUSR1}) ::sigaction(number, &nothing, nullptr);
}

void note_items(ring::LastWords& place, const std::vector<std::string_view>& items) {
    std::size_t size = 0;
    const auto add = [&](std::string_view text) {
        const auto piece = text.substr(0, place.items.size() - size);
        std::memcpy(place.items.data() + size, piece.data(), piece.size());
        size += piece.size();
    };
    const auto noted = std::min(items.size(), kNotedItems);
    for (std::size_t i = 0; i < noted; ++i) {
        if (i > 0) add(", ");
        add(items[i]);
    }
    if (items.size() > noted) {
        std::array<char, 24> number{};
        const auto* const end =
            std::to_chars(number.begin(), number.end(), items.size() - noted).ptr;
        add(" and ");
        add({number.data(), static_cast<std::size_t>(end - number.data())});
        add(" more");
    }
    place.items_size.store(static_cast<std::uint32_t>(size), std::memory_order_release);
}

}  // namespace parallel_run::entry_host
