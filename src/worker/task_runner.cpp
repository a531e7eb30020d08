// SPDX-License-Identifier: Apache-2.0
#include "worker/task_runner.hpp"

#include <chrono>
#include <exception>
#include <utility>

namespace parallel_run::worker {

namespace {

transport::TaskDoneMessage done(const dataset::PlanTask& task, const table::Format& format) {
    transport::TaskDoneMessage message;
    try {
        encode(dataset::carry_out(task, format), message.answer);
    } catch (const std::exception& error) {
        message.error = error.what();
        if (message.error.empty()) message.error = describe(task) + " failed";
    }
    return message;
}

}  // namespace

bool TaskRunner::start(std::string_view payload) {
    dataset::PlanTask task;
    if (!decode(payload, task) || task.input >= formats_.size()) return false;
    waiting_.push_back(std::move(task));
    go_on();
    return true;
}

std::optional<transport::TaskDoneMessage> TaskRunner::poll() {
    using namespace std::chrono_literals;
    if (!running_.valid() || running_.wait_for(0s) != std::future_status::ready) {
        return std::nullopt;
    }
    auto answer = running_.get();
    go_on();
    return answer;
}

void TaskRunner::go_on() {
    if (running_.valid() || waiting_.empty()) return;
    auto task = std::move(waiting_.front());
    waiting_.pop_front();
    const auto& format = formats_[task.input];
    running_ = std::async(std::launch::async,
                          [task = std::move(task), &format] { return done(task, format); });
}

}  // namespace parallel_run::worker
