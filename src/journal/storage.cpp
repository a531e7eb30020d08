// SPDX-License-Identifier: Apache-2.0
#include "journal/storage.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <utility>

#include "base/error.hpp"
#include "base/read_file.hpp"
#include "base/unique_fd.hpp"

namespace parallel_run::journal {

namespace {

std::string error_text(const char* what, const std::string& path) {
    return base::system_error_text(what + path, errno);
}

class PosixFile : public Storage::File {
public:
    explicit PosixFile(base::UniqueFd fd) : fd_(std::move(fd)) {}

    base::Result<std::size_t> append(std::string_view bytes) override {
        ssize_t count = 0;
        do {
            count = ::write(fd_.get(), bytes.data(), bytes.size());
        } while (count < 0 && errno == EINTR);
        if (count > 0) return static_cast<std::size_t>(count);
        return base::Failure{base::system_error_text("cannot write", count == 0 ? ENOSPC : errno)};
    }

    [[nodiscard]] std::string sync() override {
        return ::fdatasync(fd_.get()) == 0 ? "" : base::system_error_text("cannot sync", errno);
    }

private:
    base::UniqueFd fd_;
};

}  // namespace

std::string append_durably(Storage::File& file, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto taken = file.append(bytes);
        if (!taken) return taken.error();
        bytes.remove_prefix(taken.value());
    }
    return file.sync();
}

base::Result<std::unique_ptr<Storage::File>> replace_durably(Storage& storage,
                                                             const std::string& path,
                                                             std::string_view content) {
    const auto fresh = path + ".new";
    auto file = storage.create(fresh);
    if (!file) return file;
    if (const auto error = append_durably(*file.value(), content); !error.empty()) {
        return base::Failure{fresh + ": " + error};
    }
    auto error = storage.rename(fresh, path);
    if (error.empty()) {
        error = storage.sync_directory(std::filesystem::path(path).parent_path().string());
    }
    if (!error.empty()) return base::Failure{error};
    return file;
}

base::Result<std::optional<std::string>> PosixStorage::read(const std::string& path) {
    return base::read_file(path);
}

base::Result<std::unique_ptr<Storage::File>> PosixStorage::create(const std::string& path) {
    base::UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
    if (!fd) return base::Failure{error_text("cannot create ", path)};
    return std::unique_ptr<File>(std::make_unique<PosixFile>(std::move(fd)));
}

std::string PosixStorage::rename(const std::string& from, const std::string& to) {
    if (::rename(from.c_str(), to.c_str()) == 0) return {};
    return base::system_error_text("cannot rename " + from + " to " + to, errno);
}

std::string PosixStorage::make_directory(const std::string& path) {
    if (::mkdir(path.c_str(), 0777) == 0 || errno == EEXIST) return {};
    return error_text("cannot make the directory ", path);
}

std::string PosixStorage::sync_directory(const std::string& path) {
    const base::UniqueFd fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (fd && ::fsync(fd.get()) == 0) return {};
    return error_text("cannot sync the directory ", path);
}

}  // namespace parallel_run::journal
