// SPDX-License-Identifier: Apache-2.0
#include "table/text_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "base/error.hpp"
#include "table/reader.hpp"

namespace parallel_run::table {

namespace {

[[noreturn]] void throw_unreadable(const std::string& path) {
    throw ReadError(base::system_error_text("cannot read " + path, errno));
}

struct stat status_of(const base::UniqueFd& fd, const std::string& path) {
    struct stat status {};
    if (::fstat(fd.get(), &status) != 0) throw_unreadable(path);
    return status;
}

std::int64_t modified_ns(const struct stat& status) {
    return std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec;
}

}  // namespace

TextFile::TextFile(std::string path)
    : path_(std::move(path)), fd_(::open(path_.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (!fd_) throw_unreadable(path_);
    size_ = static_cast<std::uint64_t>(status_of(fd_, path_).st_size);
}

void TextFile::check_unchanged(const Range& planned) const {
    if (planned.file_size == 0 && planned.modified_ns == 0) return;
    const auto status = status_of(fd_, path_);
    const auto size = static_cast<std::uint64_t>(status.st_size);
    if (size == planned.file_size && modified_ns(status) == planned.modified_ns) return;
    const auto difference = size != planned.file_size
                                ? "it has " + std::to_string(size) + " bytes and had " +
                                      std::to_string(planned.file_size) + " when it was planned"
                                : std::string("it was written to since it was planned");
    throw ReadError(path_ + " changed while the job runs: " + difference +
                    "; run the job again once its input stays as it is");
}

std::size_t TextFile::read(std::uint64_t position, char* to, std::size_t size) const {
    std::size_t done = 0;
    while (done < size) {
        const auto got =
            ::pread(fd_.get(), to + done, size - done, static_cast<off_t>(position + done));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) throw_unreadable(path_);
        if (got == 0) break;
        done += static_cast<std::size_t>(got);
    }
    return done;
}

}  // namespace parallel_run::table
