// SPDX-License-Identifier: Apache-2.0
#include "orchestrator/recorder.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <chrono>
#include <stdexcept>
#include <utility>

namespace parallel_run::orchestrator {

namespace {

using namespace std::chrono_literals;

/// Well below OutputLock::kStaleAfter.
constexpr auto kBeat = 5s;

}  // namespace

Recorder::Recorder(journal::JournalWriter writer, journal::OutputLock& lock)
    : writer_(std::move(writer)),
      lock_(lock),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      thread_([this] { work(); }) {}

Recorder::~Recorder() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void Recorder::append(journal::Record record) { ask(std::move(record)); }

void Recorder::check_lock() { ask(std::nullopt); }

void Recorder::ask(std::optional<journal::Record> record) {
    busy_ = true;
    {
        const std::lock_guard lock(mutex_);
        asked_ = true;
        record_ = std::move(record);
    }
    changed_.notify_all();
}

std::optional<std::string> Recorder::poll() {
    const std::lock_guard lock(mutex_);
    if (!fate_) return std::nullopt;
    std::uint64_t count = 0;
    [[maybe_unused]] const auto got = ::read(wake_.get(), &count, sizeof count);
    busy_ = false;
    return std::exchange(fate_, std::nullopt);
}

std::string Recorder::wait() {
    {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return fate_.has_value(); });
    }
    return *poll();
}

void Recorder::work() {
    std::unique_lock lock(mutex_);
    while (true) {
        changed_.wait_for(lock, kBeat, [this] { return asked_ || stopping_; });
        if (!asked_ && stopping_) return;
        const bool asked = std::exchange(asked_, false);
        const auto record = std::exchange(record_, std::nullopt);
        lock.unlock();
        std::optional<std::string> fate;
        if (asked) {
            fate = answer(record);
        } else {
            // A beat that fails may pass; what is to be written looks again.
            [[maybe_unused]] const auto trouble = lock_.refresh();
        }
        lock.lock();
        if (!fate) continue;
        fate_ = std::move(fate);
        changed_.notify_all();
        const std::uint64_t one = 1;
        [[maybe_unused]] const auto sent = ::write(wake_.get(), &one, sizeof one);
    }
}

std::string Recorder::answer(const std::optional<journal::Record>& record) {
    try {
        auto trouble = lock_.refresh();
        if (!trouble.empty() || !record) return trouble;
        return writer_.append(*record);
    } catch (const std::exception& error) {
        return error.what();
    }
}

}  // namespace parallel_run::orchestrator
