// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "table/format.hpp"

namespace parallel_run::ring {

// What an agent and its worker process tell each other. Both are of one build, on one host, so the
// structs travel as they are in memory; sizes are checked all the same, since a script may have
// overwritten anything.

/// Agent to process.
enum class Command : std::uint16_t {
    setup = 1,       ///< encoded Setup; the process then calls init()
    mini_batch = 2,  ///< MiniBatchHead, then the encoded dataset::Descriptor
    shutdown = 3,    ///< empty; the process calls shutdown() and exits
};

/// Process to agent.
enum class Event : std::uint16_t {
    init_done = 1,  ///< text of the error; empty: success
    rows = 2,       ///< rows of the mini-batch in progress, lines or records, cut anywhere
    outcome = 3,  ///< OutcomeHead, its last rows, the text of the error or of the first failed item
    modules = 4,  ///< those of /proc/PID/maps' lines with code, when they changed
    error = 5,    ///< encoded ErrorReport
    columns = 6,  ///< encoded schema::Columns, before init_done; where records are kept
};

/// Which of the script's functions.
enum class Call : std::uint8_t { init, run, shutdown };

struct MiniBatchHead {
    std::uint64_t index;
    std::uint32_t attempt;
    std::uint32_t reserved;
};

struct OutcomeHead {
    std::uint64_t index;
    std::uint64_t row_count;  ///< of the whole mini-batch
    std::uint64_t items;      ///< of a table's; 0 for files
    std::uint64_t run_ns;     ///< duration of run()
    std::uint32_t attempt;
    std::uint32_t succeeded;
    std::uint32_t row_bytes;    ///< that follow here
    std::uint32_t error_bytes;  ///< that follow them; where it succeeded: 0 unless items failed
};

/// All that a worker process must know before init().
struct Setup {
    std::string script;
    std::string output_dir;
    std::string entry_script_log_dir;  ///< EntryScript::log_dir(), and where its logger writes
    std::string error_dir;             ///< processNNN.txt is written here
    std::string working_dir;
    std::string agent_name;
    std::int32_t worker_index = 0;
    std::int32_t gpu_index = -1;
    char field_delimiter = 0;           ///< of the output; 0: it has none
    bool keep_rows = true;              ///< false for summary_only: rows are counted only
    bool keep_records = false;          ///< rows are records of declared columns, not lines
    std::int32_t lowest_log_level = 1;  ///< of parallel_run_log_level
    std::vector<std::string> arguments;
    std::vector<std::pair<std::string, std::string>> side_inputs;
    std::vector<std::string> input_names;
    std::vector<table::Format> formats;  ///< of each input, where they are tables
};

/// How a call of the script failed, in full. Comes before the init_done or outcome that says so.
struct ErrorReport {
    Call call = Call::run;
    std::uint64_t index = 0;  ///< of the mini-batch; for run
    std::uint32_t attempt = 0;
    std::string_view type;  ///< empty: no exception
    std::string_view message;
    std::string_view items;            ///< the mini-batch's first ones, as text
    std::vector<std::uint64_t> stack;  ///< of the throw: addresses of calls, innermost first
};

std::string encode(const ErrorReport& report);
/// Whether the bytes were a whole report; the views point into them.
bool decode(std::string_view bytes, ErrorReport& report);

std::string encode(const Setup& setup);
/// Whether the bytes were a whole Setup.
bool decode(std::string_view bytes, Setup& setup);

}  // namespace parallel_run::ring
