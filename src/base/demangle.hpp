// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace parallel_run::base {

/// The C++ name of a symbol or type; the same text when it is none.
std::string demangled(const std::string& symbol);

}  // namespace parallel_run::base
