// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <unwind.h>

#include <cstdint>

namespace parallel_run::entry_host {

/// Calls `each(address, interrupted)` for every frame of this thread's stack, innermost first,
/// until it returns false. The address is that of the call, or of the instruction that a signal
/// interrupted. Safe in a signal handler.
template <typename Each>
void walk_stack(Each each) {
    _Unwind_Backtrace(
        [](_Unwind_Context* context, void* argument) {
            int interrupted = 0;
            const std::uint64_t next = _Unwind_GetIPInfo(context, &interrupted);
            if (next == 0 && interrupted == 0) return _URC_END_OF_STACK;
            const auto address = interrupted != 0 ? next : next - 1;
            const bool more = (*static_cast<Each*>(argument))(address, interrupted != 0);
            return more ? _URC_NO_REASON : _URC_END_OF_STACK;
        },
        &each);
}

}  // namespace parallel_run::entry_host
