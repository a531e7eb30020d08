// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <iosfwd>
#include <map>
#include <string>
#include <vector>

namespace parallel_run::whole {

using Words = std::vector<std::string>;
using Environment = std::map<std::string, std::string>;

/// How a program ended and what it said.
struct Finished {
    int status = -1;  ///< 128 + n: by signal n; -1: it did not end in time and was killed
    std::string out;  ///< of a program on a terminal: all that the terminal got
    std::string err;
};
std::ostream& operator<<(std::ostream& out, const Finished& finished);

/// A program that was started, in a process group of its own as a shell does it. Its output goes to
/// files, so that nothing it leaves running can hold us up.
class Child {
public:
    /// `said` is where to keep its output: SAID.out and SAID.err. Without a blank in the first word
    /// it is looked up in PATH.
    Child(const Words& words, const Environment& environment, const std::string& directory,
          const std::string& said);
    ~Child();
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    [[nodiscard]] pid_t pid() const { return pid_; }
    void signal(int number) const;
    /// At most so long; then the whole group is killed.
    Finished wait(std::chrono::seconds limit);

private:
    std::string said_;
    pid_t pid_ = -1;
};

/// Runs a program on a pseudo terminal of 100 columns that is its controlling one. `on_text` sees
/// all that came so far and returns what to type, mostly nothing.
Finished run_on_terminal(const Words& words, const Environment& environment,
                         const std::string& directory, std::chrono::seconds limit,
                         const std::function<std::string(const std::string&)>& on_text);

/// Of a file that may vanish meanwhile, as those of /proc do; empty where it cannot be read.
std::string content_of(const std::string& path);

/// Processes, zombies aside, that have `mark` in their environment or on their command line.
std::vector<pid_t> processes_marked(const std::string& mark);
/// What each of them is, for a message.
std::string describe(const std::vector<pid_t>& pids);

/// Looks until it holds; false if it does not within the limit.
bool wait_until(const std::function<bool()>& condition, std::chrono::seconds limit);

}  // namespace parallel_run::whole
