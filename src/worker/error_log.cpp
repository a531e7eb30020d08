// SPDX-License-Identifier: Apache-2.0
#include "worker/error_log.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>
#include <utility>

#include "base/time_format.hpp"
#include "base/unique_fd.hpp"
#include "stacks/stack_text.hpp"
#include "worker/fault_text.hpp"

namespace parallel_run::worker {

namespace {

using namespace std::chrono_literals;

constexpr auto kEndLimit = 2s;
constexpr std::size_t kMaxWaiting = 10'000;

std::string host_name() {
    std::array<char, 256> name{};
    ::gethostname(name.data(), name.size() - 1);
    return name.data();
}

/// As /proc/PID/maps names it.
std::string real_path(const std::string& path) {
    std::error_code error;
    const auto real = std::filesystem::canonical(path, error);
    return error ? path : real.string();
}

std::string text_of(const ring::ErrorReport& report) {
    if (report.type.empty()) return std::string(report.message);
    return std::string(report.type) + ": " + std::string(report.message);
}

std::string place_of(const ring::ErrorReport& report) {
    switch (report.call) {
        case ring::Call::init: return "init";
        case ring::Call::shutdown: return "shutdown";
        case ring::Call::run: break;
    }
    return "mini-batch " + std::to_string(report.index) + " attempt " +
           std::to_string(report.attempt);
}

std::string name_of(ring::Call call) {
    constexpr std::array kNames = {"init", "run", "shutdown"};
    return kNames[static_cast<std::size_t>(call)];
}

std::string items_line(std::string_view items) {
    if (items.empty()) return {};
    auto line = "  items: " + std::string(items);
    std::replace(line.begin(), line.end(), '\n', '?');
    return line + "\n";
}

/// Lines after the first stand below it, so that only those of an error begin with a time.
std::string indented(std::string text) {
    for (auto at = text.find('\n'); at != std::string::npos; at = text.find('\n', at + 1)) {
        text.insert(at + 1, "  ");
    }
    return text;
}

std::string stack_title(const ring::ErrorReport& report) {
    return report.type.empty() ? "stack of the error" : "stack of the throw";
}

}  // namespace

ErrorLog::ErrorLog(std::string directory, const std::string& worker_program)
    : directory_(std::move(directory)),
      worker_program_(real_path(worker_program)),
      host_(host_name()) {
    begin_process({});
}

ErrorLog::~ErrorLog() {
    if (!thread_.joinable()) return;
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
        patience_ = std::chrono::steady_clock::now() + kEndLimit;
    }
    changed_.notify_one();
    thread_.join();
}

void ErrorLog::begin_process(std::string name) {
    process_ = std::move(name);
    set_modules({});
}

void ErrorLog::set_modules(std::string_view lines) {
    modules_ = std::make_shared<const stacks::ModuleMap>(lines);
}

void ErrorLog::tell(const ring::ErrorReport& report) {
    put({process_,
         heading(name_of(report.call), place_of(report), text_of(report)) +
             items_line(report.items),
         stack_title(report), report.stack, modules_});
}

void ErrorLog::tell_loss(const std::string& place, const std::string& why,
                         const ring::LastWordsCopy& words) {
    // Where the script runs, its items are in the memory; they may be of an earlier mini-batch.
    const bool in_mini_batch = place.starts_with("mini-batch");
    const auto modules =
        words.modules.empty() ? modules_ : std::make_shared<const stacks::ModuleMap>(words.modules);
    put({process_,
         heading("process", place, why) + (in_mini_batch ? items_line(words.items) : "") +
             fault_line(words),
         stack_title(words), words.stack, modules});
}

std::string ErrorLog::heading(const std::string& where, const std::string& place,
                              std::string text) const {
    const auto time = base::format_iso8601(std::chrono::system_clock::now());
    return time + "|" + where + "|" + place + "|" + indented(std::move(text)) + "\n  in " +
           process_ + " on " + host_ + "\n";
}

void ErrorLog::put(Record record) {
    if (!thread_.joinable()) thread_ = std::thread([this] { work(); });
    {
        const std::lock_guard lock(mutex_);
        if (waiting_.size() < kMaxWaiting) {
            waiting_.push_back(std::move(record));
        } else {
            ++dropped_;
        }
    }
    changed_.notify_one();
}

void ErrorLog::work() {
    stacks::Symboliser symboliser;
    std::unique_lock lock(mutex_);
    while (true) {
        changed_.wait(lock, [this] { return !waiting_.empty() || ending_; });
        if (waiting_.empty()) return;
        auto record = std::move(waiting_.front());
        waiting_.pop_front();
        if (const auto dropped = std::exchange(dropped_, 0); dropped > 0) {
            record.text += "  " + std::to_string(dropped) +
                           " errors after this one are missing: they came too fast to be told\n";
        }
        const bool patient = std::chrono::steady_clock::now() < patience_;
        lock.unlock();
        write(record, patient ? &symboliser : nullptr);
        lock.lock();
    }
}

void ErrorLog::write(const Record& record, stacks::Symboliser* symboliser) const {
    auto text = record.text;
    if (!record.stack.empty()) {
        text += "  " + record.stack_title + ":\n" +
                stacks::stack_text(record.stack, *record.modules, worker_program_, symboliser);
    }
    const auto path = directory_ + "/" + record.file + ".txt";
    const base::UniqueFd file(
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666));
    // By one write, since the process appends to the same file. The job goes on without its logs.
    [[maybe_unused]] const auto written = ::write(file.get(), text.data(), text.size());
}

}  // namespace parallel_run::worker
