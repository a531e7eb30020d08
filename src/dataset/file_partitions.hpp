// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <stop_token>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "config/step.hpp"
#include "dataset/file_source.hpp"
#include "dataset/partition_format.hpp"

namespace parallel_run::dataset {

/// The files of one key, in the plan's order.
struct FileGroup {
    std::string key;    ///< as add_to_key() makes it
    std::string paths;  ///< encoded strings
    std::uint32_t files = 0;
};

/// Which values a file's path has for the step's partition_keys.
class FileKeys {
public:
    /// Precondition: partition_format has every name of partition_keys, as the step's checks say.
    FileKeys(const config::Step& step, const config::Input& input);

    /// The key of a file of the input. Throws base::UsageError when its path does not match.
    const std::string& of(std::string_view file);

private:
    PartitionFormat format_;
    std::string format_text_;
    std::string subject_;  ///< names the input in messages
    std::string directory_;
    std::vector<std::string> names_;
    std::vector<std::size_t> positions_;  ///< of names_ among those of the format
    std::vector<std::string_view> values_;
    std::string key_;
};

/// Groups the files of one input by their keys. Keeps all paths, since the last file may belong to
/// the first key: of each its bytes and 1 or 2 more, twice as much while a group grows; and of each
/// group about 200 bytes and twice its key.
class FilePartitions {
public:
    /// `files` must outlive it.
    FilePartitions(const config::Step& step, const config::Input& input, FileSource& files);

    /// The next group, by the order of their first files; valid until the next call. Null at the
    /// end, and soon after `stop` is requested. The first call lists all files. Throws like
    /// FileSource::next() and FileKeys::of(), and base::UsageError for a group whose paths are too
    /// long for one mini-batch.
    const FileGroup* next(const std::stop_token& stop);

private:
    void list(const std::stop_token& stop);
    void add(std::string_view path);

    FileSource& files_;
    FileKeys keys_;
    bool listed_ = false;
    std::deque<FileGroup> groups_;
    std::unordered_map<std::string, std::size_t> positions_;  ///< in groups_, by key
};

}  // namespace parallel_run::dataset
