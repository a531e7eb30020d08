// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace parallel_run::logging {

/// Where a user reads along.
struct Terminal {
    bool interactive = false;  ///< lines may be updated in place
    bool colour = false;       ///< interactive, and NO_COLOR is not set
    std::size_t columns = 80;
};

/// What standard error of this process leads to. Open MPI hands a rank's output on through its own
/// pipes and pseudo-terminals, so a rank looks at what the launcher, its parent, writes to.
Terminal find_terminal(bool under_launcher);

}  // namespace parallel_run::logging
