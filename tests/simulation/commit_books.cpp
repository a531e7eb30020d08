// SPDX-License-Identifier: Apache-2.0
#include "simulation/commit_books.hpp"

#include <xxhash.h>

#include <algorithm>
#include <charconv>
#include <variant>

#include "simulation/violation.hpp"

namespace parallel_run::commit_simulation {

namespace {

void require(bool condition, const char* broken) {
    if (!condition) throw simulation::Violation(broken);
}

/// For one mini-batch.
void require(bool condition, const char* broken, std::uint64_t index) {
    if (condition) return;
    throw simulation::Violation("mini-batch " + std::to_string(index) + ' ' + broken);
}

}  // namespace

Books::Books(const Scenario& scenario)
    : header_(scenario.header), run_max_try_(scenario.run_max_try) {
    for (const auto& mini_batch : scenario.plan) {
        mini_batches_.emplace_back().items = mini_batch.items;
    }
}

void Books::begin_life() {
    for (auto& mini_batch : mini_batches_) {
        if (!mini_batch.committed) mini_batch.end.reset();
    }
}

void Books::begun(std::uint64_t index) const {
    require(!mini_batches_[index].committed, "runs again though it is committed", index);
    require(!mini_batches_[index].end, "runs again though it has ended", index);
}

void Books::ended(const Outcome& outcome, const std::string& rows) {
    const bool succeeded = outcome.kind == Outcome::Kind::succeeded;
    if (!succeeded && outcome.attempt < run_max_try_) return;
    auto& mini_batch = mini_batches_[outcome.index];
    mini_batch.end = outcome;
    mini_batch.rows = rows;
}

void Books::found(const journal::Recovery& recovery, const DataFile& file) {
    const auto& state = recovery.state;
    require(state.epochs >= epochs_, "an epoch that was durable is lost");
    require(state.planned || !planned_, "the record of the plan's end is lost");
    require(state.completed || !completed_, "the record of the run's end is lost");
    journal::Reader reader(recovery.bytes);
    std::uint64_t epochs = 0;
    while (const auto record = reader.next()) {
        const auto* const epoch = std::get_if<journal::Epoch>(&*record);
        if (epoch == nullptr) continue;
        require(epoch->number == ++epochs, "epochs are not numbered one by one");
        compare_blocks(*epoch, file);
    }
    compare(state, file);
}

void Books::recorded(const journal::Record& record, const journal::State& state,
                     const DataFile& file) {
    const auto* const epoch = std::get_if<journal::Epoch>(&record);
    require(state.epochs == epochs_ + (epoch == nullptr ? 0 : 1), "an epoch has another number");
    if (epoch != nullptr) compare_blocks(*epoch, file);
    compare(state, file);
}

void Books::compare_blocks(const journal::Epoch& epoch, const DataFile& file) {
    for (const auto& block : epoch.blocks) {
        const auto durable = file.durable();
        require(block.offset + block.bytes <= durable.size(),
                "an epoch has bytes that are not durable");
        require(XXH3_64bits(durable.data() + block.offset, block.bytes) == block.checksum,
                "a block that is recorded has another checksum");
    }
}

void Books::compare(const journal::State& state, const DataFile& file) {
    epochs_ = state.epochs;
    file_bytes_ = state.file_bytes;
    planned_ = state.planned.has_value();
    completed_ = state.completed.has_value();
    for (std::uint64_t index = 0; index < mini_batches_.size(); ++index) {
        auto& mini_batch = mini_batches_[index];
        const bool committed = state.committed.contains(index);
        require(committed || !mini_batch.committed, "was committed and is not any more", index);
        if (committed && !mini_batch.committed) commit(mini_batch, index);
    }
    require(state.committed.count() == committed_, "a mini-batch is committed that there is not");
    require(state.counters == counters_, "the counters are wrong");
    require(file_bytes_ <= file.durable().size(), "the data file has fewer bytes than recorded");
    compare_rows(file.durable().substr(0, file_bytes_));
}

void Books::commit(MiniBatch& mini_batch, std::uint64_t index) {
    require(mini_batch.end.has_value(), "is committed and has not ended", index);
    mini_batch.committed = true;
    ++committed_;
    const auto& end = *mini_batch.end;
    counters_.retries += end.attempt - 1;
    if (end.kind == Outcome::Kind::failed) {
        ++counters_.failed;
        counters_.items_failed += mini_batch.items;
        return;
    }
    ++counters_.processed;
    counters_.rows += end.rows;
    if (end.rows > mini_batch.items) counters_.surplus_rows += end.rows - mini_batch.items;
    counters_.items_succeeded += std::min(end.rows, mini_batch.items);
    counters_.items_failed += mini_batch.items - std::min(end.rows, mini_batch.items);
}

/// A mini-batch's rows follow each other, each beginning with its index.
void Books::compare_rows(std::string_view file) const {
    if (!file.empty()) {
        require(file.starts_with(header_), "the header is not at the beginning");
        file.remove_prefix(header_.size());
    }
    std::vector<bool> seen(mini_batches_.size());
    while (!file.empty()) {
        auto index = mini_batches_.size();
        std::from_chars(file.data(), file.data() + file.size(), index);
        require(index < mini_batches_.size(), "the file holds what is no mini-batch's row");
        const auto& mini_batch = mini_batches_[index];
        require(mini_batch.committed, "has rows in the file and is not committed", index);
        require(!seen[index], "has its rows in the file twice", index);
        require(!mini_batch.rows.empty() && file.starts_with(mini_batch.rows),
                "has other rows in the file than it gave", index);
        seen[index] = true;
        file.remove_prefix(mini_batch.rows.size());
    }
    for (std::uint64_t index = 0; index < mini_batches_.size(); ++index) {
        const auto& mini_batch = mini_batches_[index];
        require(seen[index] || !mini_batch.committed || mini_batch.rows.empty(),
                "is committed and has no rows in the file", index);
    }
}

void Books::completed(const DataFile& file) const {
    require(committed_ == mini_batches_.size(), "Completed without all mini-batches");
    require(completed_, "Completed without a record of it");
    require(file.published(), "Completed without an output");
    require(file.bytes().size() == file_bytes_, "Completed, and the output has another length");
    compare_rows(file.bytes());
}

}  // namespace parallel_run::commit_simulation
