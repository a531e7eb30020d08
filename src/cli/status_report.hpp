// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cli/output_record.hpp"
#include "logging/terminal.hpp"

namespace parallel_run::cli {

/// The state, how much is done and recorded, and what matters next, for people: a line each.
std::string status_text(const OutputRecord& record, const logging::Terminal& terminal);

/// The same for programs: one JSON object on one line. README.md has its members; all are always
/// there, and null where something is not known.
std::string status_json(const OutputRecord& record);

/// What is worth a warning about the journal, as a sentence; empty: nothing is.
std::string journal_warning(const OutputRecord& record);

}  // namespace parallel_run::cli
