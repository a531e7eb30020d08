// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "entry_host/script.hpp"

namespace parallel_run::entry_host {

/// Type and what() of the exception being handled. Precondition: there is one.
ScriptError describe_current_exception();

}  // namespace parallel_run::entry_host
