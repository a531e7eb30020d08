// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace parallel_run::dataset {

/// What a mini-batch consists of, as it travels from the orchestrator to a worker process. The
/// engine between the two carries the encoded form without looking into it.
struct Descriptor {
    std::uint32_t input = 0;         ///< position in Step::input
    std::vector<std::string> files;  ///< absolute paths, in the plan's order
};

/// The same, decoded: the views point into the encoded bytes.
struct DescriptorView {
    std::uint32_t input = 0;
    std::vector<std::string_view> files;
};

/// Appends the encoded form: varint input, varint file count, then each path as length and bytes.
void encode(const Descriptor& descriptor, std::string& out);

/// Reads what encode() wrote from bytes that nobody vouches for; reuses the capacity of `out`.
/// Returns whether the bytes were a whole descriptor and nothing else.
bool decode(std::string_view bytes, DescriptorView& out);

}  // namespace parallel_run::dataset
