// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "dataset/key_merge.hpp"
#include "dataset/key_split.hpp"
#include "table/format.hpp"
#include "table/scan.hpp"

namespace parallel_run::dataset {

/// A piece of a text file is to be looked through (see table::scan_piece()).
struct ScanTask {
    table::Range piece;
    std::uint64_t step = 1;

    bool operator==(const ScanTask&) const = default;
};

/// Work on tables that a plan needs, and that any process which sees the files can do.
struct PlanTask {
    std::uint32_t input = 0;
    table::Format format;  ///< of the input; does not travel: whoever does the work knows it
    std::variant<ScanTask, SplitTask, MergeTask> work;
};

/// What comes of it, by the kind of work.
using PlanAnswer = std::variant<table::PieceScan, SplitSummary, std::vector<KeyGroup>>;

/// Does it. Throws table::ReadError and base::UsageError.
PlanAnswer carry_out(const PlanTask& task, const table::Format& format);

/// "looking through /a.csv, 0 to 10": for people.
std::string describe(const PlanTask& task);

void encode(const PlanTask& task, std::string& out);
void encode(const PlanAnswer& answer, std::string& out);
/// Of bytes that nobody vouches for; return whether they make sense, the answer as one to `task`.
bool decode(std::string_view bytes, PlanTask& task);
bool decode(std::string_view bytes, const PlanTask& task, PlanAnswer& answer);

/// Whoever does the work for a plan: tasks are asked for ahead, and their answers taken in the same
/// order.
class PlanTasks {
public:
    virtual ~PlanTasks() = default;

    /// How many should be asked for ahead.
    [[nodiscard]] virtual std::size_t ahead() const = 0;
    virtual void ask(PlanTask task) = 0;
    /// The answer to the oldest task asked for and not taken; waits for it. Nothing soon after
    /// `stop` is requested. Throws table::ReadError. Precondition: there is one.
    virtual std::optional<PlanAnswer> take(const std::stop_token& stop) = 0;

    /// For files that tasks write and mini-batches read; whoever does the work sees it. It may not
    /// exist yet.
    [[nodiscard]] virtual const std::string& directory() = 0;
};

/// Does the work when the answer is taken, on the caller's thread; its directory, below that for
/// temporary files, is removed at its end.
class LocalTasks : public PlanTasks {
public:
    LocalTasks() = default;
    ~LocalTasks() override;
    LocalTasks(const LocalTasks&) = delete;
    LocalTasks& operator=(const LocalTasks&) = delete;

    [[nodiscard]] std::size_t ahead() const override { return 1; }
    void ask(PlanTask task) override { tasks_.push_back(std::move(task)); }
    std::optional<PlanAnswer> take(const std::stop_token& stop) override;
    /// Throws base::EnvironmentError when it cannot be made.
    const std::string& directory() override;

private:
    std::deque<PlanTask> tasks_;
    std::string directory_;  ///< empty: not made yet
};

}  // namespace parallel_run::dataset
