// SPDX-License-Identifier: Apache-2.0
#include "job.hpp"

#include "known_rows.hpp"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <cstdio>
#include <filesystem>
#include <numeric>
#include <utility>

namespace parallel_run::faults {

namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto kRunLimit = 60s;      // from the start, and from each kill
constexpr auto kSilenceLimit = 15s;  // until all that belonged to a run is gone
constexpr auto kAskLimit = 30s;      // for a command about a job that is Completed
constexpr int kFailed = 1;
constexpr int kInUse = 2;
constexpr int kResumable = 75;
constexpr const char* kResult = "parallel_run_step.txt";

/// -1: there is no such file.
std::int64_t size_of(const std::string& path) {
    struct stat found {};
    return ::stat(path.c_str(), &found) == 0 ? found.st_size : -1;
}

std::string new_directory() {
    auto name = (fs::temp_directory_path() / "faults.XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make " + name);
    return name;
}

std::string mark_of(const std::string& directory, std::size_t run) {
    return directory + "#" + std::to_string(run) + ";";
}

/// Little of ours, so that no launcher around is taken for theirs.
whole::Environment environment_for(const std::string& directory, const std::string& mark) {
    // Without a directory of its own Open MPI would leave its shared memory behind when killed.
    whole::Environment environment = {{"TMPDIR", directory + "/tmp"},
                                      {"XDG_CACHE_HOME", directory + "/tmp"},
                                      {"OMPI_MCA_btl_vader_backing_directory", directory + "/tmp"},
                                      {"PARALLEL_RUN_FAULTS", mark}};
    for (const auto* name : {"PATH", "HOME", "LD_LIBRARY_PATH", "OPAL_PREFIX"}) {
        if (const auto* value = std::getenv(name)) environment[name] = value;
    }
    return environment;
}

bool has_ended(const base::UniqueFd& exit, std::chrono::microseconds limit) {
    pollfd readable{exit.get(), POLLIN, 0};
    const timespec time{0, std::chrono::nanoseconds(limit).count()};
    return ::ppoll(&readable, 1, &time, nullptr) == 1;
}

bool says_in_use(const whole::Finished& finished) {
    return finished.status == kInUse && finished.err.find("in use") != std::string::npos;
}

}  // namespace

std::uint64_t Tally::all_kills() const {
    return std::accumulate(kills.begin(), kills.end(), std::uint64_t{0});
}

Job::Run::Run(std::size_t of_number, const RunPlan& of_plan, const std::string& directory,
              const whole::Words& words)
    : number(of_number),
      plan(of_plan),
      mark(mark_of(directory, number)),
      child(words, environment_for(directory, mark), directory,
            directory + "/said/" + std::to_string(number)),
      exit(hold(child.pid())) {}

Job::Job(const JobPlan& plan, const Programs& programs, Tally& tally,
         std::function<void()> on_change)
    : plan_(plan),
      programs_(programs),
      tally_(tally),
      on_change_(std::move(on_change)),
      expected_(expected_of(plan.items)),
      directory_(new_directory()),
      story_(story()),
      began_(Clock::now()) {}

Job::~Job() { kill_all(directory_ + "#"); }

void Job::run() {
    prepare();
    for (bool completed = false; !completed;) {
        auto run = start();
        disturb(run);
        const auto left = std::chrono::ceil<std::chrono::seconds>(deadline_ - Clock::now());
        const auto finished = run.child.wait(left);
        completed = judge(run, finished);
        if (completed || in_use_ || !plan_.run(runs_).at_once) await_silence();
    }
    // Once more: that must leave it as it is.
    (void)ask(command("run", directory_ + "/step.conf"));
    check_output();
    check_what_is_told();
    note("all is right");
    ++tally_.jobs;
    on_change_();
}

void Job::remove_directory() const {
    std::error_code ignored;
    fs::remove_all(directory_, ignored);
}

void Job::prepare() const {
    fs::create_directories(directory_ + "/tmp");
    fs::create_directories(directory_ + "/said");
    std::ofstream list(directory_ + "/list.txt");
    for (std::uint64_t item = 0; item < plan_.items; ++item) list << "/items/" << item << "\n";
    // Each kill of a worker process or a spawner costs an attempt at what is in its run().
    std::ofstream(directory_ + "/step.conf")
        << "entry_script = " << programs_.entry_script << "\ninput = @list.txt\noutput = out\n"
        << "mini_batch_size = " << kBatchSize << "\nrun_max_try = " << plan_.kills.size() + 2
        << "\n";
}

Job::Run Job::start() {
    const auto number = runs_++;
    const auto& plan = plan_.run(number);
    auto words = command("run", directory_ + "/step.conf");
    words.insert(words.end(), plan.options.begin(), plan.options.end());
    std::string options;
    for (const auto& option : plan.options) options += " " + option;
    note("run " + std::to_string(number) + " starts:" + options);
    deadline_ = Clock::now() + kRunLimit;
    ++tally_.runs;
    on_change_();
    return {number, plan, directory_, words};
}

/// Until the run has ended or is left alone.
void Job::disturb(Run& run) {
    while (next_kill_ < plan_.kills.size()) {
        auto kill = plan_.kills[next_kill_];
        if (kill.target == Target::rank && run.plan.ranks == 1) kill.target = Target::rank_0;
        if (!deliver(kill, run)) return;
        note("killed: " + name_of(kill.target) + " " + name_of(kill.aim));
        ++next_kill_;
        ++run.kills;
        if (kill.target == Target::spawner) run.lost_a_spawner = true;
        ++tally_.kills.at(static_cast<std::size_t>(kill.target));
        deadline_ = Clock::now() + kRunLimit;
        on_change_();
    }
}

/// False when the run has ended before.
bool Job::deliver(const Kill& kill, Run& run) {
    for (;;) {
        const auto victims = find_victims(kill, run);
        if (victims.empty() || !await_instant(kill, run)) return false;
        if (!victims.kill()) continue;
        // What was started since the look.
        if (kill.target == Target::everything) kill_all(run.mark);
        return true;
    }
}

/// Empty when the run has ended before.
Victims Job::find_victims(const Kill& kill, Run& run) {
    Victims victims;
    const auto found = [&] {
        victims = Victims(kill, processes_of(run.mark));
        return !victims.empty();
    };
    return await(run, found, 5ms) ? std::move(victims) : Victims();
}

bool Job::await_instant(const Kill& kill, Run& run) {
    const auto partial = output(std::string(kResult) + ".partial");
    const auto journal = output(".parallel-run/journal");
    const auto& watched = kill.aim == Aim::in_append ? journal : partial;
    auto size = size_of(watched);
    const auto has_grown = [&] { return std::exchange(size, size_of(watched)) < size; };
    const auto is_full = [&] {
        return size_of(partial) >= static_cast<std::int64_t>(expected_.bytes);
    };
    const auto reached = [&] {
        return kill.aim == Aim::any_time || (kill.aim == Aim::at_end ? is_full() : has_grown());
    };
    if (!await(run, reached, 200us)) return false;
    const auto instant = Clock::now() + kill.delay;
    return await(
        run, [&] { return Clock::now() >= instant; }, 200us);
}

/// False when the run ended before the condition held.
bool Job::await(Run& run, const std::function<bool()>& condition, std::chrono::microseconds pause) {
    while (!condition()) {
        if (has_ended(run.exit, pause)) return false;
        if (Clock::now() > deadline_) {
            throw Violation("the run did not end; its processes:\n" +
                            whole::describe(whole::processes_marked(run.mark)));
        }
    }
    return true;
}

/// Whether the job is Completed.
bool Job::judge(const Run& run, const whole::Finished& finished) {
    note("run " + std::to_string(run.number) + " ended with " + std::to_string(finished.status));
    ++tally_.ended_with[finished.status];
    const auto was_in_use = std::exchange(in_use_, says_in_use(finished));
    if (in_use_) ++tally_.refused;
    if (finished.status == 0) return true;
    if (finished.status == -1) throw Violation("the run did not end");
    // After a wait for the end of all processes nobody can use the output.
    if (in_use_ && !was_in_use && run.number > 0) return false;
    if (run.kills == 0) {
        throw Violation("a run that nobody disturbed ended with status " +
                        std::to_string(finished.status) + ":\n" + finished.err);
    }
    // Only a rank without its spawner fails.
    const auto may_fail = run.lost_a_spawner && finished.status == kFailed;
    if (!in_use_ && !may_fail && finished.status != kResumable &&
        finished.status != 128 + SIGKILL) {
        throw Violation("a run that was killed ended with status " +
                        std::to_string(finished.status) + ":\n" + finished.err);
    }
    return false;
}

void Job::check_output() {
    if (size_of(output(std::string(kResult) + ".partial")) != -1) {
        throw Violation("the job is Completed but its .partial file is still there");
    }
    const auto wrong = difference(whole::content_of(output(kResult)), expected_.rows);
    if (!wrong.empty()) throw Violation("the output is not what it must be:\n" + wrong);
}

void Job::check_what_is_told() {
    (void)ask(command("verify", output("")));
    auto words = command("status", output(""));
    words.push_back("--json");
    const auto told = counts_told(ask(words));
    if (!(told == expected_.counts)) {
        throw Violation("status tells of " + text(told) + " where it should be " +
                        text(expected_.counts));
    }
}

/// Returns what the program says; it must end with 0.
std::string Job::ask(const whole::Words& words) {
    whole::Child child(words, environment_for(directory_, mark_of(directory_, runs_)), directory_,
                       directory_ + "/said/" + words[1]);
    const auto finished = child.wait(kAskLimit);
    if (finished.status == 0) return finished.out;
    throw Violation("'" + words[1] + "' of the Completed job ended with status " +
                    std::to_string(finished.status) + ":\n" + finished.out + finished.err);
}

whole::Words Job::command(const std::string& name, const std::string& object) const {
    return {programs_.parallel_run, name, object};
}

void Job::await_silence() {
    const auto mark = directory_ + "#";
    if (whole::wait_until([&] { return whole::processes_marked(mark).empty(); }, kSilenceLimit)) {
        return;
    }
    throw Violation("the run has ended but not its processes:\n" +
                    whole::describe(whole::processes_marked(mark)));
}

void Job::note(const std::string& what) {
    const std::chrono::duration<double> since = Clock::now() - began_;
    story_ << since.count() << " s: " << what << std::endl;
}

std::string Job::output(const std::string& name) const { return directory_ + "/out/" + name; }

}  // namespace parallel_run::faults
