// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "ring/last_words.hpp"

namespace parallel_run::worker {

/// "  fault: address 0x10 is not mapped\n": what a signal says besides its number; empty: nothing.
std::string fault_line(const ring::LastWordsCopy& words);

/// "std::runtime_error: no model", of an exception that nobody caught; empty: it was none.
std::string uncaught_text(const ring::LastWordsCopy& words);

/// What the stack of last words shows.
std::string stack_title(const ring::LastWordsCopy& words);

}  // namespace parallel_run::worker
