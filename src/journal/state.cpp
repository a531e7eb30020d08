// SPDX-License-Identifier: Apache-2.0
#include "journal/state.hpp"

#include "base/overloaded.hpp"

namespace parallel_run::journal {

namespace {

bool any_less(const Counters& left, const Counters& right) {
    return left.processed < right.processed || left.failed < right.failed ||
           left.items_succeeded < right.items_succeeded || left.items_failed < right.items_failed ||
           left.rows < right.rows || left.surplus_rows < right.surplus_rows ||
           left.retries < right.retries;
}

}  // namespace

std::string State::check(const Record& record) const {
    if (completed) return "follows the end of the run";
    return std::visit(
        base::Overloaded{[this](const Epoch& epoch) { return check_epoch(epoch); },
                         [this](const Planned& next) { return check_planned(next); },
                         [this](const Completed& next) { return check_completed(next); },
                         [this](const Declared& next) { return check_declared(next); }},
        record);
}

std::string State::check_epoch(const Epoch& epoch) const {
    if (epoch.number != epochs + 1) {
        return (epoch.number <= epochs ? "repeats epoch " : "skips to epoch ") +
               std::to_string(epoch.number);
    }
    if (auto error = check_blocks(epoch); !error.empty()) return error;
    if (auto error = check_plan(epoch.plan); !error.empty()) return error;
    if (auto error = check_committed(epoch); !error.empty()) return error;
    return any_less(epoch.counters, counters) ? "counts backwards" : "";
}

std::string State::check_blocks(const Epoch& epoch) const {
    if (epoch.file_bytes < file_bytes) return "shortens the data file";
    auto end = file_bytes;
    for (const auto& block : epoch.blocks) {
        if (block.bytes == 0) return "has an empty block";
        if (block.offset < end) return "has blocks that overlap";
        if (block.offset > end) return "has a gap between blocks";
        if (block.bytes > epoch.file_bytes - end) return "has blocks beyond the data file";
        if (!columns.empty() && block.bytes % schema::row_bytes(columns) != 0) {
            return "has a block that ends within a row";
        }
        end += block.bytes;
    }
    return end == epoch.file_bytes ? "" : "has a gap after its blocks";
}

std::string State::check_committed(const Epoch& epoch) const {
    std::uint64_t end = 0;
    std::uint64_t count = committed.count();
    for (const auto& range : epoch.committed) {
        if (range.count == 0 || range.first < end) return "commits mini-batches out of order";
        if (range.first >= epoch.plan.mini_batches ||
            range.count > epoch.plan.mini_batches - range.first) {
            return "commits a mini-batch that is not planned";
        }
        if (committed.intersects(range)) return "commits a mini-batch again";
        end = range.end();
        count += range.count;
    }
    const auto counted = epoch.counters.processed + epoch.counters.failed;
    return counted == count ? "" : "counts other mini-batches than are committed";
}

std::string State::check_plan(const PlanMark& next) const {
    if (next.mini_batches > kMaxMiniBatches) return "plans more mini-batches than there can be";
    if (next.mini_batches < plan.mini_batches) return "plans fewer mini-batches than before";
    if (next.mini_batches > plan.mini_batches) {
        return planned ? "plans on after the end of the plan" : "";
    }
    const bool first = epochs == 0 && !planned;
    return first || next.digest == plan.digest ? "" : "has another digest for the same plan";
}

std::string State::check_declared(const Declared& record) const {
    if (!columns.empty()) return "declares columns again";
    if (file_bytes > 0) return "declares columns of a data file that holds lines";
    return record.columns.empty() ? "declares no columns" : "";
}

std::string State::check_planned(const Planned& record) const {
    if (planned) return "ends the plan again";
    return check_plan(record.plan);
}

std::string State::check_completed(const Completed& record) const {
    if (!planned) return "completes the run before its plan";
    return any_less(record.counters, counters) ? "counts backwards" : "";
}

void State::apply(const Record& record) {
    std::visit(base::Overloaded{[this](const Epoch& epoch) {
                                    epochs = epoch.number;
                                    file_bytes = epoch.file_bytes;
                                    for (const auto& range : epoch.committed) {
                                        committed.insert(range);
                                    }
                                    counters = epoch.counters;
                                    plan = epoch.plan;
                                },
                                [this](const Planned& next) {
                                    planned = next;
                                    plan = next.plan;
                                },
                                [this](const Completed& next) {
                                    completed = next;
                                    counters = next.counters;
                                },
                                [this](const Declared& next) { columns = next.columns; }},
               record);
}

}  // namespace parallel_run::journal
