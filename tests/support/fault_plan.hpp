// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cerrno>
#include <cstdint>
#include <string>

#include "base/error.hpp"

namespace parallel_run::journal {

enum class Fault {
    none,
    no_space,      ///< half of what was to be written is there, then ENOSPC
    io_error,      ///< EIO, and a coin decides whether the call had its effect
    short_write,   ///< a write takes a part and says so
    crash_before,  ///< the process ends before the call has any effect,
    crash_after,   ///< or right after
};

inline bool fails(Fault fault) { return fault == Fault::no_space || fault == Fault::io_error; }

inline std::string error_text(Fault fault, const std::string& what) {
    return base::system_error_text(what, fault == Fault::no_space ? ENOSPC : EIO);
}

/// What a planned crash throws: the process is gone. Its file system lives on.
struct Crash {};

/// Which call of a file system in memory goes wrong, and how. The files of one machine share it.
class FaultPlan {
public:
    /// The call after `calls` more ones fails. Forgets what was planned before.
    void plan(std::uint64_t calls, Fault fault) {
        at_ = calls_ + calls;
        fault_ = fault;
    }
    [[nodiscard]] std::uint64_t calls() const { return calls_; }
    /// Calls that returned an error.
    [[nodiscard]] std::uint64_t failures() const { return failures_; }

    /// What befalls the call that begins; end_call() follows with it where the call has had its
    /// effect.
    Fault begin_call() {
        const auto fault = calls_++ == at_ ? fault_ : Fault::none;
        if (fault == Fault::crash_before) throw Crash();
        failures_ += fails(fault);
        return fault;
    }
    static void end_call(Fault fault) {
        if (fault == Fault::crash_after) throw Crash();
    }

private:
    std::uint64_t calls_ = 0;
    std::uint64_t failures_ = 0;
    std::uint64_t at_ = 0;
    Fault fault_ = Fault::none;
};

}  // namespace parallel_run::journal
