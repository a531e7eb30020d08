// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "config/step.hpp"

namespace parallel_run::dataset {

/// The files of one input, one after another, found as they are asked for.
class FileSource {
public:
    virtual ~FileSource() = default;

    /// The next absolute path, valid until the next call; nothing at the end, and nothing soon
    /// after `stop` is requested. Throws base::EnvironmentError when the file system refuses, and
    /// base::UsageError when the input cannot be understood; not to be called after that.
    virtual std::optional<std::string_view> next(const std::stop_token& stop) = 0;

    /// What a user should know if there was no file at all.
    [[nodiscard]] virtual std::string why_empty() const = 0;
};

/// `input "images" (/data/images)`: how messages name an input.
std::string describe(const config::Input& input);

/// The directory below which partition_format describes the input's files, without a slash at its
/// end: the input itself, the one that a glob, a single file or a list's file is in.
std::string directory_of(const config::Input& input);

/// Finds out which kind of input it is; lists and reads nothing yet. A path that exists is never
/// taken as a glob. Throws base::UsageError when it does not exist.
std::unique_ptr<FileSource> open_input(const config::Input& input);

}  // namespace parallel_run::dataset
