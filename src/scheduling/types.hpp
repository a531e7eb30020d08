// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <variant>
#include <vector>

namespace parallel_run::scheduling {

/// Time since any fixed instant; the scheduler has no clock of its own.
using Time = std::chrono::nanoseconds;

using WorkerId = std::uint32_t;  ///< 0 to the number of workers - 1
using NodeId = std::uint32_t;    ///< 0 to the number of nodes - 1

/// Consecutive mini-batches that are alike.
struct WorkRange {
    std::uint64_t first = 0;
    std::uint64_t count = 0;
    std::uint64_t items_each = 0;  ///< 0: whoever reads the mini-batch counts them
    std::uint32_t attempt = 1;

    [[nodiscard]] std::uint64_t end() const { return first + count; }
};

/// How one attempt at a mini-batch ended.
struct Outcome {
    enum class Kind : std::uint8_t {
        succeeded,  ///< run() returned; items without a row are failed items
        failed,     ///< costs an attempt
        returned,   ///< was never started; costs nothing
    };
    std::uint64_t index = 0;
    std::uint32_t attempt = 1;
    Kind kind = Kind::succeeded;
    std::uint64_t rows = 0;
    std::chrono::nanoseconds run_time{0};
    std::uint64_t items = 0;  ///< counted by whoever read the mini-batch; 0: not
};

/// How many items a mini-batch with this last outcome had; `planned` of them, if that is known.
/// Where nobody could count them, a mini-batch that failed is one failed item at least.
constexpr std::uint64_t items_of(std::uint64_t planned, const Outcome& outcome) {
    if (planned > 0) return planned;
    return outcome.kind == Outcome::Kind::failed ? std::max<std::uint64_t>(1, outcome.items)
                                                 : outcome.items;
}

struct Policy {
    std::uint32_t run_max_try = 3;
    std::int64_t error_threshold = -1;
    std::int64_t allowed_failed_count = -1;
    double allowed_failed_percent = 100;
    /// append_row: a job without one succeeded item is Failed whatever the thresholds.
    bool needs_a_succeeded_item = true;
    std::uint32_t process_count_per_node = 1;
    /// The job is given up when every worker has been in init() for longer than this.
    std::chrono::nanoseconds init_limit{210'000'000'000};
    /// The job is given up when workers hold mini-batches and none starts or ends for longer than
    /// this.
    std::chrono::nanoseconds progress_limit{270'000'000'000};
};

/// Where the job stands. Mini-batches that wait for another attempt are neither processed nor
/// failed.
struct Counts {
    std::uint64_t planned = 0;
    std::uint64_t processed = 0;  ///< mini-batches whose run() succeeded
    std::uint64_t failed = 0;     ///< mini-batches that used up their attempts
    std::uint64_t retries = 0;    ///< attempts after the first
    std::uint64_t items_planned = 0;
    std::uint64_t items_succeeded = 0;
    std::uint64_t items_failed = 0;
    std::uint64_t rows = 0;
    std::uint64_t surplus_rows = 0;  ///< rows beyond a mini-batch's items
    std::uint64_t init_failures = 0;

    [[nodiscard]] std::uint64_t resolved() const { return processed + failed; }
};

/// Why a job was given up.
enum class AbortReason : std::uint8_t {
    error_threshold,
    allowed_failed_count,
    allowed_failed_percent,
    no_item_succeeded,
    init_failed,
    init_stuck,
    no_progress,
};

struct Assign {
    WorkerId worker;
    WorkRange work;
};
/// Give back up to `count` mini-batches that are not started, the last ones first; answered, in
/// that order, by outcomes of kind `returned` and then Scheduler::on_recalled().
struct Recall {
    WorkerId worker;
    std::uint64_t count;
};
/// Try init() again in a new process.
struct Restart {
    WorkerId worker;
};
/// No further process on this worker.
struct GiveUp {
    WorkerId worker;
};
struct Abort {
    AbortReason reason;
};
using Action = std::variant<Assign, Recall, Restart, GiveUp, Abort>;
using Actions = std::vector<Action>;

}  // namespace parallel_run::scheduling
