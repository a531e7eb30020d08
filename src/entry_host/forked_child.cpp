// SPDX-License-Identifier: Apache-2.0
#include "entry_host/forked_child.hpp"

#include <pthread.h>

#include <atomic>

namespace parallel_run::entry_host {

namespace {

std::atomic<bool> forked{false};

}  // namespace

void watch_for_forks() {
    ::pthread_atfork(nullptr, nullptr, [] { forked.store(true, std::memory_order_relaxed); });
}

bool is_forked_child() { return forked.load(std::memory_order_relaxed); }

}  // namespace parallel_run::entry_host
