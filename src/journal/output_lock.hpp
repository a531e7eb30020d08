// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "journal/lock_holder.hpp"
#include "journal/writer.hpp"

namespace parallel_run::journal {

inline std::string lock_path(const std::string& output) {
    return state_directory(output) + "/lock";
}

/// What taking a lock depends on besides the file system.
struct LockSurroundings {
    using Time = std::chrono::nanoseconds;

    LockHolder self;
    std::function<Time()> now;                     ///< never goes back
    std::function<void(Time)> pause;               ///< sleeps
    std::function<void(const std::string&)> tell;  ///< one line for the user before a long wait
};
/// This process, CLOCK_MONOTONIC and real sleeping.
LockSurroundings real_surroundings(std::function<void(const std::string&)> tell);

/// Makes a process the only one with this output directory, also over NFS and from other hosts. The
/// lock is the file `.parallel-run/lock` there, which says who holds it; docs/journal.md has its
/// form and why two can never both win it. One thread at a time.
class OutputLock {
public:
    using Time = LockSurroundings::Time;
    /// A holder that could not be asked is given up after this much without a beat.
    static constexpr Time kStaleAfter = std::chrono::seconds(60);

    /// Takes the lock, also from a holder that is gone, which may take kStaleAfter to find out.
    /// Throws base::UsageError naming the holder when there is one, and base::EnvironmentError when
    /// the file system refuses.
    OutputLock(const std::string& output, LockSurroundings surroundings);
    /// Gives the lock back if it is still this process's.
    ~OutputLock();
    OutputLock(const OutputLock&) = delete;
    OutputLock& operator=(const OutputLock&) = delete;

    [[nodiscard]] const std::string& output() const { return output_; }

    /// To be called every 5 seconds or so: shows those on other hosts that the holder lives.
    /// Returns why the lock may no longer be held; empty: it is.
    [[nodiscard]] std::string refresh();
    /// A refresh() found that another process has taken over: this one must not write any more.
    [[nodiscard]] bool lost() const { return lost_; }

private:
    /// A lock file, or a claim to one, as it was read.
    struct Seen {
        std::string path;
        std::string content;
        std::optional<LockHolder> holder;  ///< nothing: damaged
        std::string token;
    };

    void acquire();
    [[nodiscard]] std::optional<Seen> look(const std::string& path) const;
    [[nodiscard]] std::vector<Seen> chain() const;
    [[nodiscard]] bool is_stale(const Seen& seen) const;
    [[nodiscard]] bool never_beats(const Seen& seen) const;
    [[nodiscard]] bool publish(const std::string& path, const LockHolder& holder) const;
    [[nodiscard]] bool take_place(const std::vector<Seen>& stale) const;
    [[nodiscard]] std::string claim_path(const std::string& token) const;
    [[nodiscard]] std::string held_by(const Seen& seen) const;
    void release() const;

    std::string output_;
    std::string path_;
    LockSurroundings surroundings_;
    std::uint64_t beat_ = 0;
    bool lost_ = false;
};

}  // namespace parallel_run::journal
