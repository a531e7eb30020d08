// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>

#include "journal/storage.hpp"
#include "support/fault_plan.hpp"

namespace parallel_run::journal {

/// A file system in memory that fails as planned and, when told to, loses what was not synced. It
/// is as unhelpful as the real ones: what a failed sync did not make durable is lost for good
/// although it can be read, a later sync does not help, and of what was not synced any part may
/// survive.
class FaultyStorage : public Storage {
public:
    explicit FaultyStorage(std::uint64_t seed) : random_(seed) { make_durable("out"); }

    /// The call after `calls` more ones fails.
    void plan_fault(std::uint64_t calls, Fault fault) { faults_.plan(calls, fault); }
    [[nodiscard]] std::uint64_t calls() const { return faults_.calls(); }
    /// For what is on the same file system.
    FaultPlan& faults() { return faults_; }
    /// A durable file, whatever was there.
    void put(const std::string& path, const std::string& bytes);
    /// Whether there is such a file; not one of the calls.
    [[nodiscard]] bool has(const std::string& path) const { return names_.contains(path); }
    /// The machine restarts.
    void lose_unsynced();

    base::Result<std::optional<std::string>> read(const std::string& path) override;
    base::Result<std::unique_ptr<File>> create(const std::string& path) override;
    [[nodiscard]] std::string rename(const std::string& from, const std::string& to) override;
    [[nodiscard]] std::string make_directory(const std::string& path) override;
    [[nodiscard]] std::string sync_directory(const std::string& path) override;

private:
    struct Inode {
        std::string bytes;    ///< as they can be read
        std::string durable;  ///< as they are after a restart
    };
    class OpenFile;
    using Names = std::map<std::string, std::shared_ptr<Inode>>;

    void make_durable(const std::string& path);
    bool coin() { return random_() % 2 == 0; }
    std::string after_restart(const Inode& inode);

    Names names_;
    Names durable_names_;
    FaultPlan faults_;
    std::mt19937_64 random_;
};

}  // namespace parallel_run::journal
