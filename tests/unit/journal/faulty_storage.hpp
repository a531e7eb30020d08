// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>

#include "journal/storage.hpp"

namespace parallel_run::journal {

enum class Fault {
    none,
    no_space,      ///< half of what was to be appended is there, then ENOSPC
    io_error,      ///< EIO, and a coin decides whether the call had its effect
    short_write,   ///< an append takes a part and says so
    crash_before,  ///< the process ends before the call has any effect,
    crash_after,   ///< or right after
};

/// What a planned crash throws: the process is gone. The storage lives on.
struct Crash {};

/// A file system in memory that fails as planned and, when told to, loses what was not synced. It
/// is as unhelpful as the real ones: what a failed sync did not make durable is lost for good
/// although it can be read, a later sync does not help, and of what was not synced any part may
/// survive.
class FaultyStorage : public Storage {
public:
    explicit FaultyStorage(std::uint64_t seed) : random_(seed) { make_durable("out"); }

    /// The call after `calls` more ones fails.
    void plan_fault(std::uint64_t calls, Fault fault);
    [[nodiscard]] std::uint64_t calls() const { return calls_; }
    /// A durable file, whatever was there.
    void put(const std::string& path, const std::string& bytes);
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
    Fault begin_call();
    void end_call(Fault fault);
    bool coin() { return random_() % 2 == 0; }
    std::string after_restart(const Inode& inode);

    Names names_;
    Names durable_names_;
    std::uint64_t calls_ = 0;
    std::uint64_t fault_at_ = 0;
    Fault fault_ = Fault::none;
    std::mt19937_64 random_;
};

}  // namespace parallel_run::journal
