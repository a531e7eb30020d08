// SPDX-License-Identifier: Apache-2.0
#include "dataset/work_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "base/error.hpp"
#include "table/reader.hpp"

namespace parallel_run::dataset {

namespace {

constexpr std::size_t kGathered = std::size_t{1} << 20;

}  // namespace

WorkFileWriter::WorkFileWriter(std::string path) : path_(std::move(path)) {
    constexpr mode_t kForAll = 0666;
    fd_ = base::UniqueFd(::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kForAll));
    if (!fd_) fail();
}

void WorkFileWriter::write(std::uint64_t position, std::string_view bytes) {
    if (bytes.empty()) return;
    if (position != position_ + gathered_.size()) flush();
    if (gathered_.empty()) position_ = position;
    gathered_ += bytes;
    if (gathered_.size() >= kGathered) flush();
}

void WorkFileWriter::close() {
    flush();
    if (::close(fd_.release()) != 0) fail();
}

void WorkFileWriter::flush() {
    for (std::string_view rest = gathered_; !rest.empty();) {
        const auto done =
            ::pwrite(fd_.get(), rest.data(), rest.size(), static_cast<off_t>(position_));
        if (done < 0 && errno == EINTR) continue;
        if (done < 0) fail();
        position_ += static_cast<std::uint64_t>(done);
        rest.remove_prefix(static_cast<std::size_t>(done));
    }
    gathered_.clear();
}

void WorkFileWriter::fail() const {
    throw table::ReadError(
        base::system_error_text("cannot write " + path_, errno) +
        "; gathering rows by partition_keys needs twice the space of the input there");
}

}  // namespace parallel_run::dataset
