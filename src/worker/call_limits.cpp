// SPDX-License-Identifier: Apache-2.0
#include "worker/call_limits.hpp"

#include <array>
#include <cstdio>

namespace parallel_run::worker {

namespace {

using namespace std::chrono_literals;

/// Between what a process says and what we see of it.
constexpr auto kTolerance = 1s;

std::string exceeded_text(const char* what, const char* option, std::chrono::nanoseconds limit) {
    std::array<char, 160> text{};
    std::snprintf(text.data(), text.size(),
                  "%s took longer than %s = %g s; raise that option if it needs more", what, option,
                  std::chrono::duration<double>(limit).count());
    return text.data();
}

}  // namespace

std::optional<std::string> CallLimits::exceeded(const Said& said, std::optional<Time> oldest_since,
                                                Time now) const {
    const bool plausible = said.began > 0ns && said.began <= now;
    if (plausible && said.phase == ring::Phase::reading &&
        now - said.began > task_overhead_timeout) {
        return exceeded_text("reading its input", "task_overhead_timeout", task_overhead_timeout);
    }
    if (plausible && said.phase == ring::Phase::running &&
        now - said.began > run_invocation_timeout) {
        return exceeded_text("run()", "run_invocation_timeout", run_invocation_timeout);
    }
    const auto most = run_invocation_timeout + task_overhead_timeout + kTolerance;
    if (oldest_since && now - *oldest_since > most) {
        return "it has ended no mini-batch for longer than run_invocation_timeout + "
               "task_overhead_timeout, and does not say since when it runs: did the script write "
               "out of bounds?";
    }
    return std::nullopt;
}

}  // namespace parallel_run::worker
