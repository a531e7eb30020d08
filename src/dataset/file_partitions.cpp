// SPDX-License-Identifier: Apache-2.0
#include "dataset/file_partitions.hpp"

#include <algorithm>
#include <utility>

#include "base/codec.hpp"
#include "base/error.hpp"
#include "base/size.hpp"
#include "dataset/descriptor.hpp"
#include "dataset/partition_key.hpp"

namespace parallel_run::dataset {

namespace {

PartitionFormat parsed(const std::string& text) {
    auto format = PartitionFormat::parse(text);
    if (!format) throw base::UsageError("partition_format = '" + text + "': " + format.error());
    return std::move(format.value());
}

}  // namespace

FileKeys::FileKeys(const config::Step& step, const config::Input& input)
    : format_(parsed(step.partition_format)),
      format_text_(step.partition_format),
      subject_(describe(input)),
      directory_(directory_of(input)),
      names_(step.partition_keys) {
    const auto& all = format_.names();
    for (const auto& name : names_) {
        const auto found = std::find(all.begin(), all.end(), name);
        positions_.push_back(static_cast<std::size_t>(found - all.begin()));
    }
}

const std::string& FileKeys::of(std::string_view file) {
    auto path = file;
    bool matches = path.starts_with(directory_);
    if (matches) {
        path.remove_prefix(directory_.size());
        matches = path.starts_with('/') && format_.match(path.substr(1), values_);
    }
    if (!matches) {
        throw base::UsageError(subject_ + ": the path of " + std::string(file) + " below " +
                               (directory_.empty() ? "/" : directory_) +
                               " does not match partition_format = " + format_text_ +
                               ". Correct the format, or choose the files by a glob or @LIST.");
    }
    key_.clear();
    for (std::size_t i = 0; i < names_.size(); ++i) {
        add_to_key(names_[i], values_[positions_[i]], key_);
    }
    return key_;
}

FilePartitions::FilePartitions(const config::Step& step, const config::Input& input,
                               FileSource& files)
    : files_(files), keys_(step, input) {}

const FileGroup* FilePartitions::next(const std::stop_token& stop) {
    if (!std::exchange(listed_, true)) {
        list(stop);
    } else if (!groups_.empty()) {
        groups_.pop_front();
    }
    return groups_.empty() || stop.stop_requested() ? nullptr : &groups_.front();
}

void FilePartitions::list(const std::stop_token& stop) {
    while (const auto path = files_.next(stop)) add(*path);
    positions_.clear();
}

void FilePartitions::add(std::string_view path) {
    const auto [found, is_new] = positions_.emplace(keys_.of(path), groups_.size());
    if (is_new) groups_.push_back({found->first, {}, 0});
    auto& group = groups_[found->second];
    base::Encoder(group.paths).string(path);
    ++group.files;
    if (group.paths.size() <= kMaxDescriptorBytes) return;
    throw base::UsageError("the paths of " + group.key + " take more than " +
                           base::format_bytes(kMaxDescriptorBytes) +
                           ", which is the limit of one mini-batch. Add a name to partition_keys.");
}

}  // namespace parallel_run::dataset
