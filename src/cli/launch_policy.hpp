// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// What a `run` that starts its own launcher does about signals and losses. Pure: no clock, no
/// process, no file.
namespace parallel_run::cli {

/// How a launcher is brought to its end, one stage after the other.
class Stopping {
public:
    using Time = std::chrono::nanoseconds;  ///< since any moment in the past
    enum class Stage { none, asked, ended, killed };
    /// What the launcher and the ranks may take beyond the grace, or after being ended.
    static constexpr Time kLeaveTime = std::chrono::seconds(5);

    explicit Stopping(Time grace) : grace_(grace) {}

    /// Each returns the stage that this begins, if any. The first signal asks; after that only
    /// SIGINT, a user's, goes further, since batch systems repeat theirs.
    std::optional<Stage> on_signal(int signal, Time now);
    std::optional<Stage> on_time(Time now);
    /// When on_time() has something to do; Time::max(): never.
    [[nodiscard]] Time deadline() const { return deadline_; }
    [[nodiscard]] bool begun() const { return stage_ != Stage::none; }

private:
    Stage advance(Time now);

    Time grace_;
    Stage stage_ = Stage::none;
    Time deadline_ = Time::max();
};

/// What the launcher gets so that its ranks see something they can act on. SIGUSR1 is what mpirun
/// and srun alike hand on; on SIGTERM mpirun kills its ranks after a second, and srun at once.
int signal_of(Stopping::Stage stage);

/// A launcher that stays although nothing is left for it to do: Open MPI 4 may get stuck in ending
/// itself, above all when a rank dies in MPI_Init, and ranks in MPI_Finalize.
class Desertion {
public:
    using Time = Stopping::Time;
    static constexpr Time kLimit = std::chrono::seconds(10);

    /// What a look at the launcher shows.
    enum class Look {
        needed,
        over,  ///< the ranks have left the job's status, and are still there
        lost   ///< all its processes have ended, or may have
    };

    explicit Desertion(Time limit = kLimit) : limit_(limit) {}

    [[nodiscard]] Time between_looks() const { return limit_ / 10; }
    /// Returns the signal that ends it, where it is time for one.
    std::optional<int> on_look(Look look, Time now);
    /// What its exit status counts as: that of the last signal, whatever it made of it, or 0 when
    /// it was sent one because the job was over.
    [[nodiscard]] int judged(int launcher_status) const;

private:
    Time limit_;
    std::optional<Time> since_;
    int signal_ = 0;     ///< the last; 0: none yet
    bool over_ = false;  ///< why there was the first
};

/// What the ranks left in their status file.
struct RanksLeft {
    /// They were lost, which may go well the next time: all had started, or somebody killed
    /// something. Otherwise the launcher does not work.
    bool lost = false;
    std::optional<int> status;  ///< of the job
};
/// The status at the front of the file's text.
std::optional<int> status_in(std::string_view text);
/// `text` is nothing when there is no file. Ranks that could not leave their status there end with
/// it, so a launcher without fault stands for 0. A kStopped counts only from a launcher that
/// ended well: one that loses a rank tells the others to end, who take that for a wish to stop the
/// job.
RanksLeft read_ranks_left(const std::optional<std::string>& text, int launcher_status);

/// What is known of the hosts after a loss; all 0 where nothing is.
struct HostCount {
    std::size_t left = 0;
    std::size_t lost = 0;
};

enum class Next {
    end,      ///< with the job's status
    stop,     ///< as it was asked for
    fail,     ///< the launcher does not work
    no_host,  ///< is left
    give_up,  ///< too many losses
    again     ///< start the ranks again
};
Next what_next(const RanksLeft& left, bool stopping, const HostCount& hosts, std::uint32_t restarts,
               std::uint32_t max_restarts);

/// "status 1", "status 137 (signal 9, Killed)".
std::string status_text(int launcher_status);

}  // namespace parallel_run::cli
