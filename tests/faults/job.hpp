// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "expected.hpp"
#include "job_plan.hpp"
#include "victims.hpp"

#include <array>
#include <fstream>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>

#include "whole/child.hpp"

namespace parallel_run::faults {

/// The programs broke a promise.
class Violation : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// What was done to jobs.
struct Tally {
    std::array<std::uint64_t, kTargetNames.size()> kills{};
    std::uint64_t jobs = 0;
    std::uint64_t runs = 0;
    std::uint64_t refused = 0;  ///< runs that found the output in use
    std::map<int, std::uint64_t> ended_with;

    [[nodiscard]] std::uint64_t all_kills() const;
};

struct Programs {
    std::string parallel_run;
    std::string entry_script;
};

/// One job in a directory of its own: the same command again and again, with kills, until it is
/// Completed; and then whether the output is what it must be.
class Job {
public:
    /// `tally` is kept up to date, and `on_change` is called whenever it changed.
    Job(const JobPlan& plan, const Programs& programs, Tally& tally,
        std::function<void()> on_change);
    /// Ends whatever still runs.
    ~Job();
    Job(const Job&) = delete;
    Job& operator=(const Job&) = delete;

    /// Throws Violation.
    void run();
    [[nodiscard]] const std::string& directory() const { return directory_; }
    /// What happened and when is in this file.
    [[nodiscard]] std::string story() const { return directory_ + "/story.txt"; }
    void remove_directory() const;

private:
    /// One start of the command.
    struct Run {
        Run(std::size_t of_number, const RunPlan& of_plan, const std::string& directory,
            const whole::Words& words);

        std::size_t number;
        const RunPlan& plan;
        std::string mark;  ///< in the environment of all its processes
        whole::Child child;
        base::UniqueFd exit;  ///< readable when the child has ended
        int kills = 0;
        bool lost_a_spawner = false;
    };

    void prepare() const;
    [[nodiscard]] Run start();
    void disturb(Run& run);
    [[nodiscard]] bool deliver(const Kill& kill, Run& run);
    [[nodiscard]] Victims find_victims(const Kill& kill, Run& run);
    [[nodiscard]] bool await_instant(const Kill& kill, Run& run);
    [[nodiscard]] bool await(Run& run, const std::function<bool()>& condition,
                             std::chrono::microseconds pause);
    [[nodiscard]] bool judge(const Run& run, const whole::Finished& finished);
    void check_output();
    void check_what_is_told();
    [[nodiscard]] std::string ask(const whole::Words& words);
    [[nodiscard]] whole::Words command(const std::string& name, const std::string& object) const;
    void await_silence();
    void note(const std::string& what);
    [[nodiscard]] std::string output(const std::string& name) const;

    const JobPlan& plan_;
    const Programs& programs_;
    Tally& tally_;
    std::function<void()> on_change_;
    Expected expected_;
    std::string directory_;
    std::ofstream story_;
    std::chrono::steady_clock::time_point began_;
    std::chrono::steady_clock::time_point deadline_;  ///< of the run in progress
    std::size_t runs_ = 0;
    std::size_t next_kill_ = 0;
    bool in_use_ = false;  ///< the last run said so
};

}  // namespace parallel_run::faults
