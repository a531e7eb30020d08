// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "simulation/random.hpp"
#include "support/faulty_storage.hpp"

namespace parallel_run::commit_simulation {

/// The file that the rows of all ranks go to, on a file system as unhelpful as
/// journal::FaultyStorage: of what a rank did not sync any part may survive a restart of the
/// machine, and what a failed sync did not make durable is lost although it can be read. Failures
/// are texts; empty: success.
class DataFile {
public:
    /// In the directory `out` of the storage, which must outlive it.
    DataFile(journal::FaultyStorage& storage, std::uint64_t seed)
        : storage_(storage), random_(seed) {}

    [[nodiscard]] std::string make();  ///< unless it exists
    [[nodiscard]] std::string sync_directory();
    [[nodiscard]] std::string cut(std::uint64_t bytes);  ///< Precondition: it is not shorter.

    /// How many bytes were taken. Precondition: there are any.
    base::Result<std::uint64_t> write(int rank, std::uint64_t offset, std::string_view bytes);
    /// Makes durable what this rank has written, no more.
    [[nodiscard]] std::string sync(int rank);

    /// Gives it its final name; sync_directory() makes that durable.
    [[nodiscard]] std::string publish();
    [[nodiscard]] bool published() const { return published_; }

    /// As it can be read; nothing if it does not exist.
    [[nodiscard]] std::string_view bytes() const { return bytes_; }
    /// As it would be at least, if the machine restarted now.
    [[nodiscard]] std::string_view durable() const { return durable_; }

    /// The machine restarts; the storage has already.
    void lose_unsynced();
    /// Somebody else writes to it.
    void tamper(std::uint64_t at) { bytes_[at] = durable_[at] = '!'; }

private:
    struct Write {
        int rank;
        std::uint64_t offset;
        std::uint64_t bytes;
    };

    void keep(const Write& write, std::uint64_t bytes);
    void keep_some(const Write& write);
    void keep_cut();

    journal::FaultyStorage& storage_;  ///< has an empty file for this one: whether it exists
    simulation::Random random_;
    bool published_ = false;
    bool durably_published_ = false;
    std::string bytes_;
    std::string durable_;
    std::optional<std::uint64_t> unsynced_cut_;
    std::vector<Write> unsynced_;
};

}  // namespace parallel_run::commit_simulation
