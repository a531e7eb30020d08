// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace parallel_run::cli {

/// The flags that a source asks for, so that it compiles wherever it is named as entry_script. A
/// directive is a comment on a line of its own, one of
///
///     // parallel-run: -I../include -lz        flags for the compiler and linker
///     // parallel-run: pkg-config libpng       what pkg-config says for these packages
///
/// after "//", "!" or "/*" (which "*/" may end), its words split as by a shell. Throws
/// base::UsageError, with the line, for a directive that cannot be followed.
std::vector<std::string> requested_flags(const std::string& source, std::string_view text);

}  // namespace parallel_run::cli
