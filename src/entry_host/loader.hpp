// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <parallel_run/entry_script.h>

#include "base/result.hpp"

namespace parallel_run::entry_host {

/// The functions of a loaded entry script; `shutdown` may be null.
struct EntryPoints {
    decltype(&parallel_run_init) init = nullptr;
    decltype(&parallel_run_run) run = nullptr;
    decltype(&parallel_run_shutdown) shutdown = nullptr;
};

/// Loads a shared object for good (it is never unloaded), checks that it is an entry script of this
/// version, and finds its functions. The failure names the file, the cause and the next step. A
/// static initialiser that throws ends in std::terminate.
base::Result<EntryPoints> load_entry_points(const std::string& path);

}  // namespace parallel_run::entry_host
