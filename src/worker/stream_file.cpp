// SPDX-License-Identifier: Apache-2.0
#include "worker/stream_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <limits>
#include <utility>

#include "base/size.hpp"

namespace parallel_run::worker {

namespace {

/// This close to the limit the next line end is the place to rotate at.
constexpr std::uint64_t kNear = 64 * 1024;

base::UniqueFd open_file(const std::string& path, int flags = 0) {
    const int always = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC;
    return base::UniqueFd(::open(path.c_str(), always | flags, 0666));
}

std::string older(const std::string& path) { return path + ".1"; }

std::uint64_t size_of(const std::string& path) {
    struct stat status {};
    return ::stat(path.c_str(), &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

}  // namespace

std::optional<StreamFile> StreamFile::open(const std::string& path, std::uint64_t limit) {
    StreamFile file(path, open_file(path));
    struct stat status {};
    if (!file.fd_ || ::fstat(file.fd_.get(), &status) != 0) return std::nullopt;
    if (S_ISREG(status.st_mode)) {
        file.limit_ = limit;
        file.size_ = std::min(static_cast<std::uint64_t>(status.st_size), limit);
        file.previous_ = size_of(older(path));
    } else {
        file.limit_ = std::numeric_limits<std::uint64_t>::max();
    }
    return file;
}

void StreamFile::append(std::string_view bytes) {
    while (!bytes.empty()) {
        if (full_) rotate();
        const auto count = fitting(bytes);
        write(bytes.substr(0, count));
        bytes.remove_prefix(count);
    }
}

void StreamFile::finish() {
    if (unwritten_ > 0) say_unwritten();
}

/// How much of `bytes` still belongs into this file; decides whether that fills it.
std::size_t StreamFile::fitting(std::string_view bytes) {
    const auto room = limit_ - size_;
    if (const auto before = room - std::min({room, kNear, limit_ / 8}); bytes.size() >= before) {
        const auto line_end = bytes.substr(0, room).find('\n', before);
        full_ = line_end != std::string_view::npos || bytes.size() >= room;
        if (line_end != std::string_view::npos) return line_end + 1;
    }
    return std::min<std::uint64_t>(bytes.size(), room);
}

void StreamFile::rotate() {
    full_ = false;
    const bool renamed = ::rename(path_.c_str(), older(path_).c_str()) == 0;
    dropped_ += renamed ? std::exchange(previous_, size_) : size_;
    // Where it is still there it is emptied: the bound matters more than what is lost.
    fd_ = open_file(path_, O_TRUNC);
    size_ = 0;
    at_line_end_ = true;
    put("[parallel-run: what came before this was rotated away to " +
        older(path_.substr(path_.rfind('/') + 1)) + "; " + base::format_count(dropped_) +
        " bytes were dropped in all]\n");
}

void StreamFile::write(std::string_view bytes) {
    const auto written = unwritten_ == 0 || say_unwritten() ? put(bytes) : 0;
    size_ += written;
    dropped_ += bytes.size() - written;
    unwritten_ += bytes.size() - written;
}

bool StreamFile::say_unwritten() {
    const auto line = std::string(at_line_end_ ? "" : "\n") +
                      "[parallel-run: " + base::format_count(unwritten_) +
                      " bytes of output are missing here: " + std::strerror(error_) + "]\n";
    if (put(line) != line.size()) return false;
    unwritten_ = 0;
    return true;
}

/// Writes as much as can be written, and says how much that was.
std::size_t StreamFile::put(std::string_view bytes) {
    if (!fd_) fd_ = open_file(path_);
    std::size_t done = 0;
    while (fd_ && done < bytes.size()) {
        const auto size = ::write(fd_.get(), bytes.data() + done, bytes.size() - done);
        if (size < 0 && errno == EINTR) continue;
        if (size <= 0) break;
        done += static_cast<std::size_t>(size);
    }
    if (done < bytes.size()) error_ = errno;
    if (done > 0) at_line_end_ = bytes[done - 1] == '\n';
    return done;
}

}  // namespace parallel_run::worker
