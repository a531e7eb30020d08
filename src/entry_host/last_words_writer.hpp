// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "ring/last_words.hpp"

namespace parallel_run::entry_host {

/// From now on a signal that ends this process, and std::terminate, leave their place in `words`,
/// which must outlive everything; the process then dies of that signal as it would have. A signal
/// for which the script has a handler of its own is the script's. SIGTERM of anybody but this
/// process and its parent, SIGINT and SIGUSR1 do nothing: a batch system sends them to all
/// processes of a job, and the rank decides what they mean. Once, from the main thread, before any
/// other is started.
void leave_last_words_in(ring::LastWords& place);

/// What run() is given next: "/data/a, /data/b, /data/c and 7 more", as far as there is room.
void note_items(ring::LastWords& place, const std::vector<std::string_view>& items);

}  // namespace parallel_run::entry_host
