// SPDX-License-Identifier: Apache-2.0
#include "output/spool.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <utility>

#include "base/error.hpp"

namespace parallel_run::output {

namespace {

/// Gathered for one write once there is a file.
constexpr std::size_t kPiece = 1 << 20;

/// O_TMPFILE would do without a name, but not on every network file system.
base::UniqueFd make_file(const std::string& directory) {
    auto name = directory + "/.rows-XXXXXX";
    base::UniqueFd file(::mkostemp(name.data(), O_CLOEXEC));
    if (file) ::unlink(name.c_str());
    return file;
}

void give_back_from(int file, std::uint64_t size) {
    [[maybe_unused]] const auto done = ::ftruncate(file, static_cast<off_t>(size));
}

}  // namespace

Spool::Spool(std::string directory, std::size_t memory_bytes)
    : directory_(std::move(directory)), memory_bytes_(memory_bytes) {}

void Spool::Unmap::operator()(char* begin) const { ::munmap(begin, size); }

std::string Spool::grow(std::string_view bytes) {
    const auto limit = file_ ? std::min(kPiece, memory_bytes_) : memory_bytes_;
    const auto size = memory_.size() + bytes.size();
    if (size > limit) {
        if (auto error = spill(); !error.empty()) return error;
        if (bytes.size() > limit) return write(bytes);
    }
    // The last step to the limit is a large one: moving from half of it would take both at once.
    if (!file_ && size > memory_bytes_ / 4) memory_.reserve(memory_bytes_);
    memory_.append(bytes);
    return {};
}

std::string Spool::spill() {
    if (!file_) {
        auto file = make_file(directory_);
        if (!file) return failure("cannot make a temporary file in ", errno);
        file_ = std::make_shared<const base::UniqueFd>(std::move(file));
    }
    auto error = write(memory_);
    if (error.empty()) memory_.clear();
    return error;
}

std::string Spool::write(std::string_view bytes) {
    auto end = end_;
    while (!bytes.empty()) {
        const auto count =
            ::pwrite(file_->get(), bytes.data(), bytes.size(), static_cast<off_t>(end));
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) {
            const int code = count == 0 ? ENOSPC : errno;
            give_back_from(file_->get(), end_);
            if (begin_ == end_) file_.reset();
            return failure("cannot write to a temporary file in ", code);
        }
        end += static_cast<std::uint64_t>(count);
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    end_ = end;
    return {};
}

void Spool::truncate(std::uint64_t size) {
    map_.reset();
    const auto in_file = end_ - begin_;
    if (size >= in_file) {
        memory_.resize(size - in_file);
        return;
    }
    memory_.clear();
    end_ = begin_ + size;
    give_back_from(file_->get(), end_);
    if (size == 0) clear();
}

void Spool::clear() {
    map_.reset();
    memory_.clear();
    // Another spool may hold the file still. Where holes cannot be made, its end gives the room
    // back.
    if (file_) {
        ::fallocate(file_->get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                    static_cast<off_t>(begin_), static_cast<off_t>(end_ - begin_));
    }
    file_.reset();
    begin_ = end_ = 0;
}

void Spool::split(std::uint64_t size, Spool& rest) {
    map_.reset();
    rest.clear();
    rest.directory_ = directory_;
    rest.memory_bytes_ = memory_bytes_;
    const auto in_file = end_ - begin_;
    if (size >= in_file) {
        rest.memory_.assign(memory_, size - in_file);
        memory_.resize(size - in_file);
    } else {
        rest.file_ = file_;
        rest.begin_ = begin_ + size;
        rest.end_ = std::exchange(end_, rest.begin_);
        std::swap(memory_, rest.memory_);
        if (begin_ == end_) file_.reset();
    }
}

base::Result<std::string_view> Spool::view() {
    if (!file_) return std::string_view(memory_);
    if (auto error = spill(); !error.empty()) return base::Failure{error};
    const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    const auto before = begin_ % page;
    const auto size = before + (end_ - begin_);
    void* const map = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, file_->get(),
                             static_cast<off_t>(begin_ - before));
    if (map == MAP_FAILED) return base::Failure{failure("cannot map a temporary file in ", errno)};
    map_ = {static_cast<char*>(map), Unmap{size}};
    return std::string_view(map_.get() + before, size - before);
}

std::string Spool::check() const {
    // Waits for no more than is being written back, and reports what failed since the file was
    // made.
    if (!file_ || ::sync_file_range(file_->get(), 0, 0, SYNC_FILE_RANGE_WAIT_BEFORE) == 0)
        return {};
    return failure("rows were lost in a temporary file in ", errno);
}

std::string Spool::failure(const char* what, int code) const {
    return base::system_error_text(what + directory_, code);
}

}  // namespace parallel_run::output
