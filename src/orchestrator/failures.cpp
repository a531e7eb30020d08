// SPDX-License-Identifier: Apache-2.0
#include "orchestrator/failures.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/process_name.hpp"
#include "base/read_file.hpp"

namespace parallel_run::orchestrator {

namespace {

using namespace std::chrono_literals;

constexpr auto kPauseBetweenWrites = 5s;

constexpr std::size_t kMostOfEarlier = 1 << 20;

}  // namespace

Failures::Failures(std::string logs, const Cluster& cluster, std::shared_ptr<spdlog::logger> logger)
    : logs_(std::move(logs)),
      cluster_(cluster),
      logger_(std::move(logger)),
      earlier_(base::content_of(logs_.errors())) {
    earlier_.resize(std::min(earlier_.size(), kMostOfEarlier));
}

void Failures::on_init(int rank, const transport::ErrorNote& note) { add("init()", rank, note); }

void Failures::on_attempt(int rank, const std::string& mini_batch, std::uint32_t attempt,
                          const transport::ErrorNote& note) {
    add(fmt::format("{}, attempt {}", mini_batch, attempt), rank, note);
}

void Failures::add(const std::string& what, int rank, const transport::ErrorNote& note) {
    const auto& node = cluster_.node_name(rank);
    const auto place = fmt::format("{} in {} on {}", what, base::process_name(note.process), node);
    logger_->warn("{} failed: {}", place, note.text);
    book_.add(note.text, place, logs_.process_errors(node, note.process));
}

void Failures::write(Time now, bool at_once) {
    if (book_.total() == written_ || (now < next_write_ && !at_once)) return;
    logging::replace_file(logs_.errors(), book_.lines() + earlier_);
    written_ = book_.total();
    next_write_ = now + kPauseBetweenWrites;
}

}  // namespace parallel_run::orchestrator
