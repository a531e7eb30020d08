// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "schema/columns.hpp"

namespace parallel_run::orchestrator {

/// The columns of an output that is a table: every worker process must declare the same, and the
/// same as earlier starts of the run. Pure.
class Agreement {
public:
    /// `recorded`: by earlier starts; none: nothing is.
    explicit Agreement(schema::Columns recorded)
        : columns_(std::move(recorded)), to_be_recorded_(columns_.empty()) {}

    /// A process of `rank`, "rank 3 on node7", declared them. Returns why that cannot be; empty: it
    /// can.
    std::string on_declared(const std::string& rank, const schema::Columns& columns);

    /// What the journal is to record, once.
    std::optional<schema::Columns> take_unrecorded();
    /// None while nobody declared any.
    [[nodiscard]] const schema::Columns& columns() const { return columns_; }

private:
    schema::Columns columns_;
    bool to_be_recorded_;
    std::string first_rank_;  ///< empty: an earlier start of the run
};

}  // namespace parallel_run::orchestrator
