// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace parallel_run::worker {

/// How many processes the kernel has killed so far because memory ran out: in this process's
/// control group where that is known (version 2), else on the whole node; 0 if the kernel does not
/// say. Only the difference of two calls means something.
std::uint64_t oom_kills();

/// The value of `name` among lines "name value", the form of /proc/vmstat and memory.events.
std::optional<std::uint64_t> counter(std::string_view lines, std::string_view name);

/// Where control groups version 2 have the events of the group that /proc/self/cgroup tells of, if
/// it tells of one.
std::optional<std::string> memory_events_path(std::string_view proc_self_cgroup);

}  // namespace parallel_run::worker
