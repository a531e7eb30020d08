// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace parallel_run::journal {

/// What the journal asks of a file system: an interface so that a test can lose what was not synced
/// and refuse any call. Failures name the path, those of an open file
/// only the call. After a sync that failed the bytes may be lost
/// although they can be read and later syncs succeed.
class Storage {
public:
    virtual ~Storage() = default;

    /// A new file, which is written from its beginning to its end.
    class File {
    public:
        virtual ~File() = default;
        /// How many of the bytes were taken, at least one.
        virtual base::Result<std::size_t> append(std::string_view bytes) = 0;
        /// Makes what was appended durable, but not the file's name. Empty: success.
        [[nodiscard]] virtual std::string sync() = 0;
    };

    /// The whole file; nothing if it does not exist.
    virtual base::Result<std::optional<std::string>> read(const std::string& path) = 0;
    /// Makes the file, or empties it.
    virtual base::Result<std::unique_ptr<File>> create(const std::string& path) = 0;
    /// Replaces `to` in one step. Empty: success.
    [[nodiscard]] virtual std::string rename(const std::string& from, const std::string& to) = 0;
    /// Does nothing if it exists. Empty: success.
    [[nodiscard]] virtual std::string make_directory(const std::string& path) = 0;
    /// Makes durable which names the directory holds. Empty: success.
    [[nodiscard]] virtual std::string sync_directory(const std::string& path) = 0;
};

/// Appends all of the bytes and syncs. Empty: success.
[[nodiscard]] std::string append_durably(Storage::File& file, std::string_view bytes);

/// Puts a file of this content in the place of `path`, which is, wherever that ends, the whole new
/// file or what it was. Once it returns the file, to be appended to, content and name are durable.
base::Result<std::unique_ptr<Storage::File>> replace_durably(Storage& storage,
                                                             const std::string& path,
                                                             std::string_view content);

class PosixStorage : public Storage {
public:
    base::Result<std::optional<std::string>> read(const std::string& path) override;
    base::Result<std::unique_ptr<File>> create(const std::string& path) override;
    [[nodiscard]] std::string rename(const std::string& from, const std::string& to) override;
    [[nodiscard]] std::string make_directory(const std::string& path) override;
    [[nodiscard]] std::string sync_directory(const std::string& path) override;
};

}  // namespace parallel_run::journal
