// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace parallel_run::dataset {

/// What the items of a mini-batch have in common: the names in partition_keys, each with a value.
struct PartitionKey {
    std::vector<std::string> names;
    std::vector<std::string> values;

    bool operator==(const PartitionKey&) const = default;
};

/// Appends a name and its value to a key's text: "user=alice/genre=rock". The bytes % / = and
/// control characters are written as % and two hexadecimal digits, as Apache Hive does in the names
/// of directories, so that the text is one line and says all.
void add_to_key(std::string_view name, std::string_view value, std::string& text);

/// Takes a text apart that nobody vouches for. Returns whether it is a key's.
bool parse_key(std::string_view text, PartitionKey& key);

}  // namespace parallel_run::dataset
