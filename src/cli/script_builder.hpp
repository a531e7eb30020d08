// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "config/step.hpp"

namespace parallel_run::cli {

/// The path of the step's entry script as a shared object: entry_script itself unless it is a
/// source. A source is compiled, or taken from the cache if the same compiler made it from the same
/// files with the same flags. Says on stderr that it compiles. Processes may do this at once.
/// Throws base::UsageError, with the compiler's words, when there is nothing to load.
///
/// The cache is $XDG_CACHE_HOME/parallel-run, else ~/.cache/parallel-run, else a directory of the
/// user's own in the temporary one; it may be removed at any time. For each NAME.cpp it has
/// NAME-<hash>.inputs, the files that went into it when it was last compiled with the same source,
/// compiler and flags, and NAME-<hash of these and of the files' contents>.so.
std::string ensure_built(const config::Step& step);

}  // namespace parallel_run::cli
