// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "journal/reader.hpp"
#include "journal/state.hpp"
#include "scheduling/types.hpp"
#include "simulation/commit_data_file.hpp"
#include "simulation/commit_scenario.hpp"

namespace parallel_run::commit_simulation {

using scheduling::Outcome;

/// An account of a run over all lives of its job that shares no code with what commits it: how each
/// mini-batch ended, and what of that is durable. Throws simulation::Violation as soon as the
/// journal or the data file does not fit.
class Books {
public:
    explicit Books(const Scenario& scenario);

    /// A process of the job is gone, with what was not recorded.
    void begin_life();
    /// An attempt at a mini-batch begins.
    void begun(std::uint64_t index) const;
    /// It ended, with these rows.
    void ended(const Outcome& outcome, const std::string& rows);

    /// The journal as a new life finds it.
    void found(const journal::Recovery& recovery, const DataFile& file);
    /// The journal has taken the record, and holds this now.
    void recorded(const journal::Record& record, const journal::State& state, const DataFile& file);
    /// The job says that the run is Completed.
    void completed(const DataFile& file) const;

    [[nodiscard]] bool knows_records() const { return epochs_ > 0 || planned_; }

private:
    struct MiniBatch {
        std::uint64_t items = 0;
        bool committed = false;
        std::optional<Outcome> end;  ///< the last of its attempts, in this life or as committed
        std::string rows;            ///< of it
    };

    void compare(const journal::State& state, const DataFile& file);
    void commit(MiniBatch& mini_batch, std::uint64_t index);
    void compare_rows(std::string_view file) const;
    static void compare_blocks(const journal::Epoch& epoch, const DataFile& file);

    std::string header_;
    std::uint32_t run_max_try_;
    std::vector<MiniBatch> mini_batches_;
    std::uint64_t committed_ = 0;
    std::uint64_t epochs_ = 0;
    std::uint64_t file_bytes_ = 0;
    bool planned_ = false;
    bool completed_ = false;
    journal::Counters counters_;
};

}  // namespace parallel_run::commit_simulation
