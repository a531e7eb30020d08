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

void Failures::on_init(int rank, const transport::ErrorNote& note) {
    const auto place = place_of("init()", rank, note);
    logger_->warn("{} failed: {}", place, note.text);
    add(place, rank, note);
}

void Failures::on_attempt(int rank, const std::string& mini_batch, std::uint32_t attempt,
                          const transport::ErrorNote& note) {
    const auto place = place_of(fmt::format("{}, attempt {}", mini_batch, attempt), rank, note);
    logger_->warn("{} failed: {}", place, note.text);
    add(place, rank, note);
}

void Failures::on_failed_item(int rank, const std::string& mini_batch, std::uint32_t attempt,
                              const transport::ErrorNote& note) {
    const auto place = place_of(fmt::format("{}, attempt {}", mini_batch, attempt), rank, note);
    if (add(place, rank, note)) logger_->warn("{}: {}", place, note.text);
}

std::string Failures::place_of(const std::string& what, int rank,
                               const transport::ErrorNote& note) const {
    return fmt::format("{} in {} on {}", what, base::process_name(note.process),
                       cluster_.node_name(rank));
}

bool Failures::add(const std::string& place, int rank, const transport::ErrorNote& note) {
    return book_.add(note.text, place,
                     logs_.process_errors(cluster_.node_name(rank), note.process));
}

void Failures::write(Time now, bool at_once) {
    if (book_.total() == written_ || (now < next_write_ && !at_once)) return;
    logging::replace_file(logs_.errors(), book_.lines() + earlier_);
    written_ = book_.total();
    next_write_ = now + kPauseBetweenWrites;
}

}  // namespace parallel_run::orchestrator
