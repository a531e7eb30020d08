// SPDX-License-Identifier: Apache-2.0
#include "entry_host/worker_logs.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include "base/time_format.hpp"
#include "ring/segment.hpp"

namespace parallel_run::entry_host {

namespace {

/// High, so that a script that closes everything and opens files does not get these numbers, and
/// our lines in its files.
constexpr int kFirstLogFd = ring::kAgentWakeFd + 1;

constexpr std::array kLevels = {"DEBUG", "INFO", "WARNING", "ERROR"};

std::string now_text() { return base::format_iso8601(std::chrono::system_clock::now()); }

}  // namespace

void WorkerLogs::LineFile::write(const std::string& line) {
    // A script may have closed every descriptor, and opened files of its own under their numbers; a
    // log that cannot be written must not fail the mini-batch.
    for (int attempt = 0; attempt < 2; ++attempt) {
        int fd = descriptor();
        if (fd < 0) return;
        if (is_this_file(fd)) {
            [[maybe_unused]] const auto written = ::write(fd, line.data(), line.size());
            return;
        }
        fd_.compare_exchange_strong(fd, -1);
    }
}

bool WorkerLogs::LineFile::is_this_file(int fd) const {
    struct stat status {};
    return ::fstat(fd, &status) == 0 && status.st_ino == inode_ && status.st_dev == device_;
}

int WorkerLogs::LineFile::descriptor() {
    int fd = fd_.load(std::memory_order_acquire);
    if (fd >= 0) return fd;
    base::UniqueFd low(::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666));
    if (!low) return -1;
    base::UniqueFd high(::fcntl(low.get(), F_DUPFD_CLOEXEC, kFirstLogFd));
    auto& opened = high ? high : low;
    struct stat status {};
    if (::fstat(opened.get(), &status) != 0) return -1;
    inode_ = status.st_ino;
    device_ = status.st_dev;
    if (!fd_.compare_exchange_strong(fd, opened.get())) return fd;  // another thread was first
    return opened.release();
}

WorkerLogs::WorkerLogs(std::string log_path, std::string error_path, std::int32_t lowest_level)
    : log_(std::move(log_path)), errors_(std::move(error_path)), lowest_level_(lowest_level) {}

void WorkerLogs::set_mini_batch(std::uint64_t index, std::uint32_t attempt) {
    index_.store(index, std::memory_order_relaxed);
    attempt_.store(attempt, std::memory_order_relaxed);
}

void WorkerLogs::set_shutdown() { shutdown_.store(true, std::memory_order_relaxed); }

std::string WorkerLogs::place() const {
    if (shutdown_.load(std::memory_order_relaxed)) return "shutdown";
    const auto attempt = attempt_.load(std::memory_order_relaxed);
    if (attempt == 0) return "init";
    return "mini-batch " + std::to_string(index_.load(std::memory_order_relaxed)) + " attempt " +
           std::to_string(attempt);
}

void WorkerLogs::log(std::int32_t level, std::string_view text) {
    if (level < lowest_level_) return;
    const auto known =
        std::clamp<std::int32_t>(level, 0, static_cast<std::int32_t>(kLevels.size()) - 1);
    log_.write(now_text() + "|" + kLevels[static_cast<std::size_t>(known)] + "|" + place() + "|" +
               std::string(text) + "\n");
}

void WorkerLogs::metric(std::string_view name, double value) {
    log_.write(now_text() + "|METRIC|" + place() + "|" + std::string(name) + "=" +
               std::to_string(value) + "\n");
}

void WorkerLogs::failed_item(std::string_view item, std::string_view reason) {
    errors_.write(now_text() + "|failed item|" + place() + "|" + std::string(item) + ": " +
                  std::string(reason) + "\n");
}

void WorkerLogs::failed_items(std::string_view text) {
    errors_.write(now_text() + "|failed items|" + place() + "|" + std::string(text) + "\n");
}

}  // namespace parallel_run::entry_host
