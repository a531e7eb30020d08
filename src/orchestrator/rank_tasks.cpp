// SPDX-License-Identifier: Apache-2.0
#include "orchestrator/rank_tasks.hpp"

#include <algorithm>
#include <utility>

#include "table/reader.hpp"
#include "transport/messages.hpp"

namespace parallel_run::orchestrator {

namespace {

/// One to work on and one that waits.
constexpr std::size_t kTasksOfRank = 2;

}  // namespace

RankTasks::RankTasks(int ranks, std::string directory)
    : directory_(std::move(directory)), ranks_(static_cast<std::size_t>(ranks)) {}

std::size_t RankTasks::ahead() const { return kTasksOfRank * ranks_.size(); }

void RankTasks::ask(dataset::PlanTask task) {
    const std::lock_guard lock(mutex_);
    tasks_.push_back({std::move(task), std::nullopt, {}});
}

std::optional<dataset::PlanAnswer> RankTasks::take(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    const auto is_there = [this] { return tasks_.front().answer || !tasks_.front().error.empty(); };
    if (!arrived_.wait(lock, stop, is_there)) return std::nullopt;
    auto taken = std::move(tasks_.front());
    tasks_.pop_front();
    ++first_;
    if (!taken.answer) throw table::ReadError(taken.error);
    return std::move(taken.answer);
}

std::optional<std::size_t> RankTasks::rank_with_room() const {
    const auto idlest = std::min_element(
        ranks_.begin(), ranks_.end(),
        [](const Rank& a, const Rank& b) { return a.ordered.size() < b.ordered.size(); });
    if (idlest->ordered.size() >= kTasksOfRank) return std::nullopt;
    return static_cast<std::size_t>(idlest - ranks_.begin());
}

std::optional<RankTasks::TaskOrder> RankTasks::next_order(Time now) {
    const std::lock_guard lock(mutex_);
    if (next_ - first_ == tasks_.size()) return std::nullopt;
    const auto rank = rank_with_room();
    if (!rank) return std::nullopt;
    auto& chosen = ranks_[*rank];
    if (chosen.ordered.empty()) chosen.since = now;
    chosen.ordered.push_back(next_);
    TaskOrder order{static_cast<int>(*rank), {}};
    encode(task(next_++).asked, order.payload);
    return order;
}

bool RankTasks::on_done(int rank, std::string_view payload, Time now) {
    transport::TaskDoneMessage message;
    const std::lock_guard lock(mutex_);
    auto& sender = ranks_[static_cast<std::size_t>(rank)];
    if (sender.ordered.empty() || !decode(payload, message)) return false;
    auto& done = task(sender.ordered.front());
    sender.ordered.pop_front();
    sender.since = now;
    if (message.error.empty()) {
        dataset::PlanAnswer answer;
        if (!decode(message.answer, done.asked, answer)) return false;
        done.answer = std::move(answer);
    } else {
        done.error = std::move(message.error);
    }
    arrived_.notify_one();
    return true;
}

std::optional<std::string> RankTasks::overdue(Time now, Time limit) const {
    const std::lock_guard lock(mutex_);
    for (std::size_t rank = 0; rank < ranks_.size(); ++rank) {
        const auto& busy = ranks_[rank];
        if (busy.ordered.empty() || now - busy.since <= limit) continue;
        return "rank " + std::to_string(rank) + " does not come to the end of " +
               describe(tasks_[busy.ordered.front() - first_].asked);
    }
    return std::nullopt;
}

}  // namespace parallel_run::orchestrator
