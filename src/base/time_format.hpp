// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

namespace parallel_run::base {

/// "0.42 s", "12.3 s", "4:05", "1:02:03": for people.
std::string format_duration(std::chrono::nanoseconds duration);

/// "2026-11-20T18:24:05.123+00:00", the local time with its offset (ISO 8601).
std::string format_iso8601(std::chrono::system_clock::time_point time);

}  // namespace parallel_run::base
