// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace parallel_run::base {

/// What the program's exit status says (README.md).
enum ExitStatus : int {
    kCompleted = 0,  ///< or the command did what it was asked for
    kFailed = 1,
    kWrongUsage = 2,  ///< nothing was started, nothing touched
    kStopped = 75,    ///< before the end (EX_TEMPFAIL of sysexits.h): the same command goes on
};

}  // namespace parallel_run::base
