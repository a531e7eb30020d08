// SPDX-License-Identifier: Apache-2.0
#include "worker/output_pipe.hpp"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

namespace parallel_run::worker {

namespace {

/// The most that an unprivileged process may ask for, by default.
constexpr int kPipeBytes = 1 << 20;
constexpr int kBlockBytes = 64 * 1024;

}  // namespace

std::optional<OutputPipe> OutputPipe::open(const std::string& path, std::uint64_t limit) {
    auto file = StreamFile::open(path, limit);
    std::array<int, 2> ends{};
    if (!file || ::pipe2(ends.data(), O_CLOEXEC) != 0) return std::nullopt;
    ::fcntl(ends[0], F_SETFL, O_NONBLOCK);       // a script may read from it as well
    ::fcntl(ends[1], F_SETPIPE_SZ, kPipeBytes);  // a smaller one will do where this is refused
    return OutputPipe(std::move(*file), base::UniqueFd(ends[0]), base::UniqueFd(ends[1]));
}

void OutputPipe::copy_block() {
    std::array<char, kBlockBytes> block;
    const auto size = ::read(read_.get(), block.data(), block.size());
    if (size > 0) return file_.append({block.data(), static_cast<std::size_t>(size)});
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
    read_.reset();
    file_.finish();
}

void OutputPipe::drain() {
    int waiting = 0;
    if (!read_ || ::ioctl(read_.get(), FIONREAD, &waiting) != 0) return;
    for (; waiting > 0; waiting -= kBlockBytes) copy_block();
    file_.finish();
}

}  // namespace parallel_run::worker
