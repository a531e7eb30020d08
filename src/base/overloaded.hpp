// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace parallel_run::base {

/// One visitor out of several lambdas, for std::visit.
template <typename... Cases>
struct Overloaded : Cases... {
    using Cases::operator()...;
};
template <typename... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

}  // namespace parallel_run::base
