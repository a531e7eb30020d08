// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "simulation/random.hpp"
#include "support/fault_plan.hpp"

namespace parallel_run::commit_simulation {

/// The file that the rows of all ranks go to, on a file system as unhelpful as
/// journal::FaultyStorage: of what a rank did not sync any part may survive a restart of the
/// machine, and what a failed sync did not make durable is lost although it can be read. Failures
/// are texts; empty: success.
class DataFile {
public:
    /// The plan of faults must outlive it.
    DataFile(journal::FaultPlan& faults, std::uint64_t seed) : faults_(faults), random_(seed) {}

    // What an open of production consists of.
    [[nodiscard]] std::string make();  ///< unless it exists
    [[nodiscard]] std::string sync_name();
    [[nodiscard]] std::string cut(std::uint64_t bytes);  ///< Precondition: it is not shorter.

    /// How many bytes were taken.
    base::Result<std::uint64_t> write(int rank, std::uint64_t offset, std::string_view bytes);
    /// Makes durable what this rank has written, no more.
    [[nodiscard]] std::string sync(int rank);

    /// Gives it its final name; sync_name() makes that durable.
    [[nodiscard]] std::string publish();
    [[nodiscard]] bool published() const { return name_ == Name::final; }

    /// As it can be read; nothing if it does not exist.
    [[nodiscard]] std::string_view bytes() const { return bytes_; }
    /// As it would be at least, if the machine restarted now.
    [[nodiscard]] std::string_view durable() const { return durable_; }

    /// The machine restarts.
    void lose_unsynced();
    /// Somebody else writes to it.
    void tamper(std::uint64_t at) { bytes_[at] = durable_[at] = '!'; }

private:
    enum class Name : std::uint8_t { none, partial, final };
    struct Write {
        int rank;
        std::uint64_t offset;
        std::uint64_t bytes;
    };

    void keep(const Write& write, std::uint64_t bytes);
    void keep_some(const Write& write);
    void keep_cut();

    journal::FaultPlan& faults_;
    simulation::Random random_;
    Name name_ = Name::none;
    Name durable_name_ = Name::none;
    std::string bytes_;
    std::string durable_;
    std::optional<std::uint64_t> unsynced_cut_;
    std::vector<Write> unsynced_;
};

}  // namespace parallel_run::commit_simulation
