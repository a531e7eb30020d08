// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

namespace parallel_run::logging {

/// "[=====>    ]  52 %", with `room` characters between the brackets. `share` is from 0 to 1.
std::string progress_bar(double share, std::size_t room);

}  // namespace parallel_run::logging
