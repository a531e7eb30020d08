// SPDX-License-Identifier: Apache-2.0
#include "simulation/stage.hpp"

#include <algorithm>
#include <utility>

namespace parallel_run::simulation {

namespace {

template <typename Message>
Message pop(std::deque<Message>& messages) {
    auto message = std::move(messages.front());
    messages.pop_front();
    return message;
}

}  // namespace

Stage::Stage(const Scenario& scenario, std::ostream* log)
    : scenario_(scenario),
      random_(~scenario.seed),
      log_(log),
      orders_(scenario.workers()),
      reports_(scenario.workers()) {}

std::ostream& Stage::log() {
    return *log_ << std::chrono::duration<double>(now_).count() << " s: ";
}

void Stage::after(Time delay, EventKind kind, WorkerId worker, std::uint32_t process) {
    events_.push({now_ + delay, scheduled_++, kind, worker, process});
}

std::optional<Event> Stage::next() {
    if (events_.empty()) return std::nullopt;
    const auto event = events_.top();
    events_.pop();
    now_ = event.at;
    return event;
}

template <typename Message>
void Stage::send(Channel<Message>& channel, Message message, EventKind arrival, WorkerId worker) {
    const Time latency(random_.between<std::int64_t>(1, scenario_.latency.count()));
    channel.last_arrival = std::max(channel.last_arrival, now_ + latency);
    channel.messages.push_back(std::move(message));
    after(channel.last_arrival - now_, arrival, worker);
}

void Stage::send_order(WorkerId worker, Order order) {
    send(orders_[worker], std::move(order), EventKind::order_arrives, worker);
}

void Stage::send_report(WorkerId worker, Report report) {
    send(reports_[worker], std::move(report), EventKind::report_arrives, worker);
}

Order Stage::take_order(WorkerId worker) { return pop(orders_[worker].messages); }

Report Stage::take_report(WorkerId worker) { return pop(reports_[worker].messages); }

}  // namespace parallel_run::simulation
