// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <exception>
#include <vector>

namespace parallel_run::entry_host {

/// Where an exception was thrown first, also when it was thrown on by others or carried to another
/// thread: addresses, innermost first. A program that uses this function has a __cxa_throw that
/// remembers the last 256 throws, whoever threw; it needs exported symbols (ENABLE_EXPORTS) to
/// stand before the C++ library's. Empty: not remembered any more, or not C++.
std::vector<std::uint64_t> stack_of_throw(const std::exception_ptr& exception);

/// This thread's stack.
std::vector<std::uint64_t> stack_of_caller();

}  // namespace parallel_run::entry_host
