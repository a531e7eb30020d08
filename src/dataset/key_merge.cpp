// SPDX-License-Identifier: Apache-2.0
#include "dataset/key_merge.hpp"

#include <map>
#include <utility>

#include "base/size.hpp"
#include "dataset/key_split.hpp"
#include "dataset/work_file.hpp"
#include "table/reader.hpp"

namespace parallel_run::dataset {

namespace {

/// Text that waits to be written in long stretches.
constexpr std::uint64_t kWaiting = 64 << 20;

struct Gathered {
    std::uint64_t bytes = 0;
    std::uint64_t rows = 0;
    std::uint64_t next = 0;  ///< where in the file the text that waits belongs
    std::string waiting;
};
using Groups = std::map<std::string, Gathered, std::less<>>;

/// Calls `each` with every group of the bucket, piece after piece.
template <typename Each>
void for_each_group(const MergeTask& task, Each&& each) {
    for (std::uint64_t piece = 0; piece < task.pieces; ++piece) {
        const auto file = split_path(task.directory, piece);
        const auto slice = read_slice(file, task.bucket);
        for (const auto& group : groups_of(slice, file)) each(group);
    }
}

Groups measure(const MergeTask& task) {
    Groups groups;
    for_each_group(task, [&](const SliceGroup& part) {
        auto found = groups.find(part.key);
        if (found == groups.end()) found = groups.emplace(part.key, Gathered{}).first;
        found->second.bytes += part.text.size();
        found->second.rows += part.rows;
    });
    return groups;
}

/// One group after the other, behind an empty line: so the file has no byte order mark, whatever
/// its first record begins with.
std::vector<KeyGroup> place(Groups& groups, const table::TextLimits& limits) {
    std::vector<KeyGroup> placed;
    std::uint64_t position = 1;
    for (auto& [key, group] : groups) {
        if (group.bytes > limits.part_bytes) {
            throw table::ReadError(
                "the rows of " + key + " have " + base::format_bytes(group.bytes) +
                " of text, and one mini-batch can have " + base::format_bytes(limits.part_bytes) +
                " at most: add a column to partition_keys");
        }
        group.next = position;
        position += group.bytes;
        placed.push_back({key, group.next, position, group.rows});
    }
    return placed;
}

void write_waiting(Groups& groups, WorkFileWriter& file) {
    for (auto& [key, group] : groups) {
        file.write(group.next, group.waiting);
        group.next += group.waiting.size();
        std::string().swap(group.waiting);
    }
}

void write_all(const MergeTask& task, Groups& groups) {
    WorkFileWriter file(bucket_path(task.directory, task.bucket));
    file.write(0, "\n");
    std::uint64_t waiting = 0;
    for_each_group(task, [&](const SliceGroup& part) {
        groups.find(part.key)->second.waiting += part.text;
        waiting += part.text.size();
        if (waiting < kWaiting) return;
        write_waiting(groups, file);
        waiting = 0;
    });
    write_waiting(groups, file);
    file.close();
}

}  // namespace

std::string split_path(const std::string& directory, std::uint64_t piece) {
    return directory + "/piece_" + std::to_string(piece);
}

std::string bucket_path(const std::string& directory, std::uint64_t bucket) {
    return directory + "/bucket_" + std::to_string(bucket);
}

std::vector<KeyGroup> merge_bucket(const MergeTask& task, const table::TextLimits& limits) {
    auto groups = measure(task);
    auto placed = place(groups, limits);
    if (!placed.empty()) write_all(task, groups);
    return placed;
}

void encode(const std::vector<KeyGroup>& groups, base::Encoder& out) {
    for (const auto& group : groups) {
        out.string(group.key);
        out.varint(group.begin);
        out.varint(group.end);
        out.varint(group.rows);
    }
}

void decode(base::Decoder& in, std::vector<KeyGroup>& groups) {
    groups.clear();
    std::uint64_t before = 0;
    while (in.ok() && !in.at_end()) {
        auto& group = groups.emplace_back();
        group.key = in.string();
        group.begin = in.varint();
        group.end = in.varint();
        group.rows = in.varint();
        if (group.key.empty() || group.begin < before || group.end <= group.begin) in.fail();
        before = group.end;
    }
}

}  // namespace parallel_run::dataset
