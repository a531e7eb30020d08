// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace parallel_run::journal {

/// A process that holds an output directory, or wants to.
struct LockHolder {
    std::string host;
    std::string machine;        ///< /etc/machine-id; may be empty
    std::string boot;           ///< the kernel's boot id: one kernel since it started
    std::string pid_namespace;  ///< in which `pid` means something
    pid_t pid = 0;
    std::uint64_t started = 0;  ///< in clock ticks since the boot: a PID is used again
    std::string job;            ///< "Slurm job 4711"; empty: none
    std::string since;          ///< ISO 8601
    std::string token;          ///< unlike that of any other holder, ever
    bool operator==(const LockHolder&) const = default;
};

/// This process, by now, with a new token.
LockHolder this_process();

/// "process 1234 on node17 (Slurm job 4711), since 2026-11-20T18:24:05.123+00:00"
std::string describe(const LockHolder& holder);

/// What a lock file holds: lines of text, their checksum, and last a counter of fixed width that
/// the holder raises in place.
std::string encode(const LockHolder& holder);
/// Nothing for a file that is damaged or of another version.
std::optional<LockHolder> decode(std::string_view content);

inline constexpr std::size_t kBeatDigits = 20;
/// The counter as it stands in the file.
std::string beat_text(std::uint64_t beat);
/// Where it stands.
std::size_t beat_offset(std::string_view content);

enum class Fate { running, gone, unknown };
/// What became of a holder, as far as `self` can tell from its own machine.
Fate fate_of(const LockHolder& holder, const LockHolder& self);

}  // namespace parallel_run::journal
