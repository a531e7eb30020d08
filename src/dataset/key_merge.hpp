// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/codec.hpp"
#include "table/text_limits.hpp"

namespace parallel_run::dataset {

/// One bucket of all pieces of an input is to be brought together (see key_split.hpp).
struct MergeTask {
    std::string directory;     ///< of the split files, and of what is made of them
    std::uint64_t pieces = 0;  ///< their split files are split_path(directory, 0) and so on
    std::uint64_t bucket = 0;

    bool operator==(const MergeTask&) const = default;
};

std::string split_path(const std::string& directory, std::uint64_t piece);
std::string bucket_path(const std::string& directory, std::uint64_t bucket);

/// The rows of one key.
struct KeyGroup {
    std::string key;          ///< as add_to_key() makes it
    std::uint64_t begin = 0;  ///< bytes of bucket_path(): whole records, outside of quotes
    std::uint64_t end = 0;
    std::uint64_t rows = 0;

    bool operator==(const KeyGroup&) const = default;
};

/// Writes bucket_path(): the text of all groups, key after key, of each in the order of the input;
/// replaces it if it exists. Returns the groups in that order. In memory: one slice, 64 MiB, and
/// about 200 bytes and the key a group, however many rows it has. Throws table::ReadError, also for
/// a key whose text is longer than a mini-batch's may be.
std::vector<KeyGroup> merge_bucket(const MergeTask& task, const table::TextLimits& limits = {});

void encode(const std::vector<KeyGroup>& groups, base::Encoder& out);
/// Makes the decoder fail for groups that do not follow one another.
void decode(base::Decoder& in, std::vector<KeyGroup>& groups);

}  // namespace parallel_run::dataset
