// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace parallel_run::test {

/// The message of the Error that a function throws.
template <typename Error, typename Function>
std::string message_of(const Function& function) {
    try {
        static_cast<void>(function());
    } catch (const Error& error) {
        return error.what();
    }
    return "nothing of that type was thrown";
}

}  // namespace parallel_run::test
