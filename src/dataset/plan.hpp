// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "config/step.hpp"
#include "dataset/descriptor.hpp"
#include "dataset/plan_tasks.hpp"

namespace parallel_run::dataset {

/// The mini-batches of a step, one after another. The n-th has index n, and the sequence is the
/// same for the same input in every run: inputs in the order given; the files of a directory or
/// glob in byte order of their paths, component by component; a list in its own order. A mini-batch
/// never mixes inputs, nor, of tables, files. With partition_keys all files of an input are listed
/// first, and those of one key are a mini-batch, the key of the first file first; of tables
/// all rows of one key, gathered from all files. Directories are
/// listed as the plan advances, so the first mini-batch costs the listing of the first directory
/// only.
///
/// A directory means all files below it, hidden ones too; TreeWalk and PathPattern say what globs
/// match and what becomes of symbolic links, ListFile what a list may hold.
class Plan {
public:
    /// Looks only whether each input exists. Throws base::UsageError naming the one that does not.
    /// `tasks` looks through tables and gathers their rows where planning needs it (see TableParts
    /// and TablePartitions), shared with whoever does the work; null: the plan itself does, and
    /// what it gathered is gone with it.
    explicit Plan(const config::Step& step, std::shared_ptr<PlanTasks> tasks = nullptr);
    Plan(Plan&&) noexcept;
    Plan& operator=(Plan&&) noexcept;
    ~Plan();

    /// The next mini-batch, or nothing at the end. Throws base::UsageError for an input without any
    /// file (naming it) and base::EnvironmentError when a directory, a list or a table's file
    /// cannot be read. Not to be called after a throw.
    std::optional<Descriptor> next();

    /// The same for many: appends the encoded descriptor to `out` and returns the number of its
    /// items (0 for a table, whose records nobody has counted), or nothing at the end. Once `stop`
    /// is requested it returns soon, and what it appended is incomplete.
    std::optional<std::uint32_t> append_next(std::string& out, const std::stop_token& stop = {});

private:
    class State;
    std::unique_ptr<State> state_;
};

}  // namespace parallel_run::dataset
