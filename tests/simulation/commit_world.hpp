// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <ostream>
#include <variant>
#include <vector>

#include "scheduling/types.hpp"
#include "simulation/commit_books.hpp"
#include "simulation/commit_data_file.hpp"
#include "simulation/commit_scenario.hpp"
#include "transport/messages.hpp"

namespace parallel_run::commit_simulation {

/// A mistake that the job makes, to prove that the books notice.
enum class Sabotage : std::uint8_t {
    none,
    rows_are_not_synced,      ///< before their rank says so
    an_error_is_kept_secret,  ///< of writing rows
    the_file_is_not_cut,      ///< when a life goes on
    the_cut_is_not_synced,
    the_file_is_made_late,  ///< the data file, when its directory is synced already
    what_is_not_sealed_is_committed,
    what_is_committed_runs_again,
    blocks_leave_a_gap,
    rows_do_not_count,  ///< of some outcomes
    the_plan_is_not_compared,
    a_result_is_published_in_doubt,  ///< whether the record of it is durable
    failures_are_ignored,            ///< when the job ends
};

// What orchestrator and agents say to each other.
struct Recall {
    std::uint64_t count;
};
struct Seal {
    std::uint64_t epoch;
};
struct Stop {};
using Order = std::variant<scheduling::WorkRange, Recall, Seal, transport::WriteMessage, Stop>;

struct Ready {};
struct Outcomes {
    std::uint64_t buffered_bytes;
    std::vector<Outcome> outcomes;
};
struct Recalled {
    std::uint64_t returned;
};
struct Stopped {};
using Report = std::variant<Ready, Outcomes, Recalled, transport::SealedMessage,
                            transport::WrittenMessage, Stopped>;

/// What outlives a life of the job, and chance.
struct World {
    const Scenario& scenario;
    Random random;
    DataFile& file;
    Books& books;
    Sabotage sabotage = Sabotage::none;
    std::ostream* log = nullptr;  ///< null, or gets a line for everything that happens
    bool other_plan = false;      ///< this life works on another input: nothing of it may count
    double planning_pace = 0;     ///< the chance that a chunk comes, and that another follows
    std::uint64_t runs = 0;       ///< attempts so far: each gives rows of its own
};

}  // namespace parallel_run::commit_simulation
