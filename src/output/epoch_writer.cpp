// SPDX-License-Identifier: Apache-2.0
#include "output/epoch_writer.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <utility>

namespace parallel_run::output {

EpochWriter::EpochWriter(RowFile file)
    : file_(std::move(file)),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      thread_([this] { work(); }) {}

EpochWriter::~EpochWriter() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_one();
    thread_.join();
}

void EpochWriter::start(std::uint64_t offset, Spool block, std::uint64_t max_bytes) {
    {
        const std::lock_guard lock(mutex_);
        job_ = Job{offset, std::move(block), max_bytes};
    }
    changed_.notify_one();
}

std::optional<EpochWriter::Written> EpochWriter::poll() {
    const std::lock_guard lock(mutex_);
    if (!written_) return std::nullopt;
    std::uint64_t count = 0;
    [[maybe_unused]] const auto got = ::read(wake_.get(), &count, sizeof count);
    return std::exchange(written_, std::nullopt);
}

std::string EpochWriter::close_file() { return file_.close(); }

void EpochWriter::work() {
    std::unique_lock lock(mutex_);
    while (true) {
        changed_.wait(lock, [this] { return job_ || stopping_; });
        if (!job_) return;
        auto job = *std::exchange(job_, std::nullopt);
        lock.unlock();
        Written written;
        written.error = write(job);
        written.block = std::move(job.block);
        written.block.clear();
        lock.lock();
        written_ = std::move(written);
        const std::uint64_t one = 1;
        [[maybe_unused]] const auto sent = ::write(wake_.get(), &one, sizeof one);
    }
}

std::string EpochWriter::write(Job& job) {
    const auto block = job.block.view();
    // The others are about to write: even without a block this rank takes part.
    auto error =
        file_.write_and_sync(job.offset, block ? block.value() : std::string_view(), job.max_bytes);
    if (!block) return block.error();
    return error.empty() ? job.block.check() : error;
}

}  // namespace parallel_run::output
