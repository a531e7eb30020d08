// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace parallel_run::table {

struct TextLimits {
    /// A longer record is a bad one: whoever reads a part must come to the end of its last record.
    std::uint64_t record_bytes = 256ULL << 20;
    /// Of one part in memory: spans have 32 bits, and one of their numbers says "absent".
    std::uint64_t part_bytes = 0xffff'fffe;
};

}  // namespace parallel_run::table
