// SPDX-License-Identifier: Apache-2.0
#include "dataset/planner.hpp"

#include <sys/timerfd.h>

#include <cerrno>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

#include "base/error.hpp"
#include "base/unique_fd.hpp"

namespace parallel_run::dataset {

namespace {

constexpr std::size_t kChunkBytes = std::size_t{64} << 10;
constexpr std::size_t kChunkMiniBatches = 1024;
constexpr long kWakeDelayNanoseconds = 100'000;

bool is_full(const PlanChunk& chunk) {
    return chunk.bytes.size() >= kChunkBytes || chunk.count() >= kChunkMiniBatches;
}

base::UniqueFd open_timer() {
    base::UniqueFd fd(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK));
    if (!fd) {
        throw base::EnvironmentError(
            base::system_error_text("cannot create a timer for the input plan", errno) +
            ". Raise the limit of open files (ulimit -n).");
    }
    return fd;
}

}  // namespace

/// The newest chunk is filled where the consumer can take it at any time. So a consumer that waits
/// gets what is planned although the plan is held up in the file system, and one that is busy gets
/// full chunks. `wake` is a timer, so that a consumer that waits is woken for many mini-batches
/// at once: woken for each, it would cost more than the planning.
struct Planner::Shared {
    Shared(Plan to_run, std::uint64_t limit)
        : plan(std::move(to_run)),
          max_bytes_ahead(limit),
          thread([this](const std::stop_token& stop) { plan_all(stop); }) {}

    std::optional<PlanChunk> take();
    void plan_all(const std::stop_token& stop);
    bool add(std::string_view descriptor, std::uint32_t items, const std::stop_token& stop);
    void end(std::optional<std::string> failure);
    void wake_consumer();
    void set_wake_delay(long nanoseconds);

    Plan plan;  ///< the thread's
    const std::uint64_t max_bytes_ahead;
    const base::UniqueFd wake = open_timer();

    std::mutex mutex;  ///< guards what follows
    std::condition_variable_any room;
    std::deque<PlanChunk> chunks;
    std::uint64_t bytes_ahead = 0;
    bool awake = false;  ///< wake is readable or about to be
    std::uint64_t mini_batch_count = 0;
    std::uint64_t item_count = 0;
    bool done = false;
    std::optional<std::string> error;

    std::jthread thread;  ///< last, so that it has ended before the rest goes
};

std::optional<PlanChunk> Planner::Shared::take() {
    const std::lock_guard lock(mutex);
    if (chunks.empty()) {
        if (std::exchange(awake, false)) set_wake_delay(0);
        return std::nullopt;
    }
    auto chunk = std::move(chunks.front());
    chunks.pop_front();
    bytes_ahead -= chunk.bytes.size();
    room.notify_one();
    return chunk;
}

void Planner::Shared::plan_all(const std::stop_token& stop) {
    try {
        std::string descriptor;
        while (const auto items = plan.append_next(descriptor, stop)) {
            if (!add(descriptor, *items, stop)) return;
            descriptor.clear();
        }
        end(std::nullopt);
    } catch (const std::exception& thrown) {
        end(thrown.what());
    }
}

/// Waits for room first. Returns false when the thread is to stop.
bool Planner::Shared::add(std::string_view descriptor, std::uint32_t items,
                          const std::stop_token& stop) {
    std::unique_lock lock(mutex);
    if (bytes_ahead > 0 && bytes_ahead + descriptor.size() > max_bytes_ahead) {
        room.wait(lock, stop, [&] {
            return bytes_ahead == 0 || bytes_ahead + descriptor.size() <= max_bytes_ahead;
        });
    }
    if (stop.stop_requested()) return false;
    if (chunks.empty() || is_full(chunks.back())) {
        chunks.emplace_back().first_index = mini_batch_count;
    }
    auto& chunk = chunks.back();
    chunk.bytes += descriptor;
    chunk.items.push_back(items);
    chunk.ends.push_back(static_cast<std::uint32_t>(chunk.bytes.size()));
    bytes_ahead += descriptor.size();
    ++mini_batch_count;
    item_count += items;
    wake_consumer();
    return true;
}

void Planner::Shared::end(std::optional<std::string> failure) {
    const std::lock_guard lock(mutex);
    done = true;
    error = std::move(failure);
    wake_consumer();
}

void Planner::Shared::wake_consumer() {
    if (!std::exchange(awake, true)) set_wake_delay(kWakeDelayNanoseconds);
}

/// 0: wake is not readable any more, and will not be.
void Planner::Shared::set_wake_delay(long nanoseconds) {
    const itimerspec time{{}, {0, nanoseconds}};
    ::timerfd_settime(wake.get(), 0, &time, nullptr);  // cannot fail for a timer of ours
}

Planner::Planner(Plan plan, std::uint64_t max_bytes_ahead)
    : shared_(std::make_unique<Shared>(std::move(plan), max_bytes_ahead)) {}

Planner::~Planner() = default;

std::optional<PlanChunk> Planner::take() { return shared_->take(); }

bool Planner::finished() const {
    const std::lock_guard lock(shared_->mutex);
    return shared_->done && shared_->chunks.empty();
}

std::optional<std::string> Planner::error() const {
    const std::lock_guard lock(shared_->mutex);
    return shared_->error;
}

std::uint64_t Planner::planned_mini_batches() const {
    const std::lock_guard lock(shared_->mutex);
    return shared_->mini_batch_count;
}

std::uint64_t Planner::planned_items() const {
    const std::lock_guard lock(shared_->mutex);
    return shared_->item_count;
}

bool Planner::planning_done() const {
    const std::lock_guard lock(shared_->mutex);
    return shared_->done;
}

int Planner::wake_fd() const { return shared_->wake.get(); }

}  // namespace parallel_run::dataset
