// SPDX-License-Identifier: Apache-2.0
#include "orchestrator/agreement.hpp"

#include <utility>

namespace parallel_run::orchestrator {

std::string Agreement::on_declared(const std::string& rank, const schema::Columns& columns) {
    if (columns_.empty()) {
        columns_ = columns;
        first_rank_ = rank;
        return {};
    }
    const auto others =
        first_rank_.empty() ? "in an earlier start of the run" : "on " + first_rank_;
    const auto difference = schema::difference(columns_, others, columns, "on " + rank);
    if (difference.empty()) return {};
    return "worker processes declared different columns: " + difference +
           "; let init() declare the same everywhere and in every start" +
           (first_rank_.empty() ? ", or start anew with --overwrite" : "");
}

std::optional<schema::Columns> Agreement::take_unrecorded() {
    if (columns_.empty() || !std::exchange(to_be_recorded_, false)) return std::nullopt;
    return columns_;
}

}  // namespace parallel_run::orchestrator
