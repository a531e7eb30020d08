// SPDX-License-Identifier: Apache-2.0
#include "entry_host/table_input.hpp"

#include <csignal>
#include <exception>
#include <utility>

namespace parallel_run::entry_host {

namespace {

/// The signals of a script's process are for the script's thread: the engine's handler there notes
/// where it hangs.
class SignalsBlocked {
public:
    SignalsBlocked() {
        sigset_t all;
        ::sigfillset(&all);
        ::pthread_sigmask(SIG_SETMASK, &all, &before_);
    }
    ~SignalsBlocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
    SignalsBlocked(const SignalsBlocked&) = delete;
    SignalsBlocked& operator=(const SignalsBlocked&) = delete;

private:
    sigset_t before_{};
};

}  // namespace

TableInput::TableInput(std::vector<table::Format> formats)
    : formats_(std::move(formats)),
      readers_(formats_.size()),
      current_(std::make_unique<table::Table>()),
      ahead_(std::make_unique<table::Table>()) {
    const SignalsBlocked blocked;  // the thread inherits it
    thread_ = std::thread([this] { read_all(); });
}

TableInput::~TableInput() {
    {
        const std::lock_guard lock(mutex_);
        stop_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void TableInput::expect(std::uint32_t input, const table::Range& part) {
    {
        const std::lock_guard lock(mutex_);
        if (request_ && !read_) return;  // still busy with something else
    }
    ask({input, part});
}

table::Table& TableInput::take(std::uint32_t input, const table::Range& part) {
    const Request wanted{input, part};
    std::unique_lock lock(mutex_);
    const auto idle = [this] { return !request_ || read_; };
    changed_.wait(lock, idle);
    if (request_ != wanted) {
        lock.unlock();
        ask(wanted);
        lock.lock();
        changed_.wait(lock, idle);
    }
    request_.reset();
    if (!error_.empty()) throw table::ReadError(error_);
    std::swap(current_, ahead_);
    return *current_;
}

void TableInput::ask(Request request) {
    {
        const std::lock_guard lock(mutex_);
        if (request_ == request) return;
        request_ = std::move(request);
        read_ = false;
    }
    changed_.notify_all();
}

void TableInput::read_all() {
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [this] { return stop_ || (request_ && !read_); });
        if (stop_) return;
        lock.unlock();
        auto error = read(*request_);
        lock.lock();
        error_ = std::move(error);
        read_ = true;
        changed_.notify_all();
    }
}

/// Returns why it failed; empty: it did not.
std::string TableInput::read(const Request& request) {
    try {
        auto& reader = readers_[request.input];
        if (!reader) reader = table::open_reader(formats_[request.input]);
        reader->read(request.part, *ahead_);
        return {};
    } catch (const table::ReadError& error) {
        return error.what();
    } catch (const std::exception& error) {
        return "reading " + request.part.file + " failed: " + error.what();
    }
}

}  // namespace parallel_run::entry_host
