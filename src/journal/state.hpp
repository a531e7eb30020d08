// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "journal/committed_set.hpp"
#include "journal/record.hpp"

namespace parallel_run::journal {

/// More cannot be recorded: a bit for each is kept in memory.
inline constexpr std::uint64_t kMaxMiniBatches = std::uint64_t{1} << 36;

/// What the records so far add up to. Writer and reader hold every record against it, so that
/// nothing is written that could not be read.
struct State {
    std::uint64_t epochs = 0;      ///< the number of the last
    std::uint64_t file_bytes = 0;  ///< of the data file that are durable
    CommittedSet committed;
    Counters counters;
    PlanMark plan;            ///< the last that was recorded
    schema::Columns columns;  ///< of the data file's records; none: it holds lines
    std::optional<Planned> planned;
    std::optional<Completed> completed;

    /// Why the record cannot come next, after "a record that "; empty: it can.
    [[nodiscard]] std::string check(const Record& record) const;
    /// Precondition: check() had nothing against it.
    void apply(const Record& record);

private:
    [[nodiscard]] std::string check_epoch(const Epoch& epoch) const;
    [[nodiscard]] std::string check_planned(const Planned& record) const;
    [[nodiscard]] std::string check_declared(const Declared& record) const;
    [[nodiscard]] std::string check_completed(const Completed& record) const;
    [[nodiscard]] std::string check_blocks(const Epoch& epoch) const;
    [[nodiscard]] std::string check_committed(const Epoch& epoch) const;
    [[nodiscard]] std::string check_plan(const PlanMark& next) const;
};

}  // namespace parallel_run::journal
