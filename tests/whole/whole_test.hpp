// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "child.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace parallel_run::whole {

/// Each test has a directory of its own, starts the real programs there as a user would, and fails
/// if any of their processes outlives it.
class WholeTest : public testing::Test {
protected:
    WholeTest();
    ~WholeTest() override;
    void TearDown() override;

    // Paths are relative to the directory.
    [[nodiscard]] std::string path(std::string_view relative = {}) const;
    [[nodiscard]] bool exists(const std::string& relative) const;
    [[nodiscard]] std::string read(const std::string& relative) const;
    /// The sorted lines of a file.
    [[nodiscard]] Words lines(const std::string& relative) const;
    /// The sorted rows of the output, under its final name or the partial one.
    [[nodiscard]] Words rows() const { return lines("out/parallel_run_step.txt"); }
    [[nodiscard]] Words partial_rows() const { return lines("out/parallel_run_step.txt.partial"); }
    /// All that the files of a log folder (below out/logs) say.
    [[nodiscard]] std::string logged(const std::string& folder) const;

    void write(const std::string& relative, std::string_view text) const;
    void make_files(const std::string& folder, const Words& names) const;
    /// Files named PREFIX0000 and up; returns the names.
    Words make_files(const std::string& folder, int count, const std::string& prefix = "f") const;
    /// Writes step.conf: that entry script, input = data, output = out, and `more` lines.
    void make_step(const std::string& script, const std::string& more = "") const;

    /// parallel-run COMMAND step.conf with further words.
    [[nodiscard]] Words command(const std::string& name, const Words& more = {}) const;
    /// The same under mpirun, as a user starts it.
    [[nodiscard]] Words under_mpirun(int ranks, const Words& more = {}) const;

    std::unique_ptr<Child> start(const Words& words);
    Finished run(const Words& words);
    Finished run_step(const Words& more = {}) { return run(command("run", more)); }
    /// The same on a terminal; `type` is typed when `awaited` was shown.
    Finished run_on_terminal(const Words& words, const std::string& awaited = "",
                             const std::string& type = "");

    /// What programs are started with: ours without what belongs to a launcher or a terminal.
    Environment environment_;
    std::string working_directory_;

private:
    std::string root_;
    int started_ = 0;
};

/// Of the program and of entry scripts that this build made.
std::string program();
std::string entry_script(const std::string& name);
/// As it stands in the paths of logs.
std::string host_name();

testing::AssertionResult ended_with(int status, const Finished& finished);
testing::AssertionResult says(const std::string& text, const std::string& part);
std::size_t count_of(const std::string& text, const std::string& part);

}  // namespace parallel_run::whole
