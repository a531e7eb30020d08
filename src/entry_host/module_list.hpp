// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

namespace parallel_run::entry_host {

/// Writes the lines of /proc/self/maps that are code of a file, as many as there is room for;
/// returns their size. Safe in a signal handler.
std::size_t list_modules(char* to, std::size_t room);

/// A number that changes whenever a module is loaded or unloaded. Cheap.
std::uint64_t module_changes();

}  // namespace parallel_run::entry_host
