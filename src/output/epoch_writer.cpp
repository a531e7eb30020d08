// SPDX-License-Identifier: Apache-2.0
#include "output/epoch_writer.hpp"

#include <sys/eventfd.h>
#include <unistd.h>
#include <xxhash.h>

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

void EpochWriter::start(std::uint64_t offset, Spool block) {
    {
        const std::lock_guard lock(mutex_);
        job_ = Job{offset, std::move(block)};
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
        auto written = write(job);
        written.block = std::move(job.block);
        written.block.clear();
        lock.lock();
        written_ = std::move(written);
        const std::uint64_t one = 1;
        [[maybe_unused]] const auto sent = ::write(wake_.get(), &one, sizeof one);
    }
}

EpochWriter::Written EpochWriter::write(Job& job) {
    Written written;
    const auto view = job.block.view();
    // The others are about to sync: even without a block this rank takes part.
    const auto block = view ? view.value() : std::string_view();
    written.checksum = XXH3_64bits(block.data(), block.size());
    written.error = file_.write_and_sync(job.offset, block);
    if (!view) written.error = view.error();
    if (written.error.empty()) written.error = job.block.check();
    return written;
}

}  // namespace parallel_run::output
