// SPDX-License-Identifier: Apache-2.0
#include "entry_host/exception_text.hpp"

#include <cxxabi.h>

#include <exception>
#include <typeinfo>

#include "base/demangle.hpp"

namespace parallel_run::entry_host {

ScriptError describe_current_exception() {
    const auto* const type = abi::__cxa_current_exception_type();
    ScriptError error;
    error.type = type == nullptr ? "a foreign exception" : base::demangled(type->name());
    try {
        throw;
    } catch (const std::exception& exception) {
        error.message = exception.what();
    } catch (...) {
    }
    return error;
}

}  // namespace parallel_run::entry_host
