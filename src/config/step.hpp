// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace parallel_run::config {

enum class InputType { file, tabular };
enum class OutputAction { append_row, summary_only };
enum class LoggingLevel { warning, info, debug };
enum class TabularFormat { by_extension, delimited, json_lines, lines, hdf5 };
enum class Header { all_files, first_file, none };

/// How much of an input makes a mini-batch.
struct MiniBatchSize {
    enum class Unit { files, bytes, rows };
    std::uint64_t count = 10;
    Unit unit = Unit::files;

    bool operator==(const MiniBatchSize&) const = default;
};
inline constexpr MiniBatchSize kTabularMiniBatchSize{1U << 20, MiniBatchSize::Unit::bytes};

/// One partitioned input. `path` is absolute: a file, a directory, a glob, or "@" and a list's
/// path.
struct Input {
    std::string name;  ///< as given, else "input0", "input1", ... by position
    std::string path;

    bool operator==(const Input&) const = default;
};

struct SideInput {
    std::string name;
    std::string path;  ///< absolute

    bool operator==(const SideInput&) const = default;
};

/// The validated description of a step: what STEP.conf and the command line said together. Member
/// names are the parameters' names (README.md, "Parameters", and src/cli/parameters.cpp, where each
/// is defined once). Paths are absolute. A value type; nothing here touches files.
struct Step {
    std::string name;
    std::string entry_script;      ///< a .so or a source to be compiled
    std::string source_directory;  ///< empty: none
    std::vector<Input> input;
    InputType input_type = InputType::file;
    TabularFormat tabular_format = TabularFormat::by_extension;
    std::optional<char> delimiter;    ///< nothing: a tab for .tsv, else a comma
    std::optional<char> quote = '"';  ///< nothing: no character quotes
    Header header = Header::all_files;
    bool support_multi_line = false;        ///< line breaks between quotes are data
    std::vector<std::string> hdf5_dataset;  ///< paths inside the files
    bool row_numbers = false;               ///< also where they cost a look at the whole input
    std::vector<SideInput> side_input;
    MiniBatchSize mini_batch_size;            ///< for tables bytes or rows
    std::string partition_format;             ///< of files' paths; empty: none
    std::vector<std::string> partition_keys;  ///< names in it, or columns; empty: by size
    std::string output;
    OutputAction output_action = OutputAction::append_row;
    std::string append_row_file_name = "parallel_run_step.txt";
    std::optional<std::string> append_row_header;
    std::uint32_t hdf5_compression = 0;  ///< 0: none, to 9

    std::int64_t error_threshold = -1;       ///< failed items tolerated; -1: any number
    std::int64_t allowed_failed_count = -1;  ///< failed mini-batches tolerated; -1: any number
    double allowed_failed_percent = 100;
    std::uint32_t run_max_try = 3;
    std::chrono::milliseconds run_invocation_timeout{60'000};
    std::chrono::milliseconds task_overhead_timeout{30'000};  ///< for reading a mini-batch's input
    /// Nothing: 3 * (run_invocation_timeout + task_overhead_timeout).
    std::optional<std::chrono::milliseconds> progress_update_timeout;
    std::chrono::milliseconds first_task_creation_timeout{600'000};

    std::optional<std::uint32_t> process_count_per_node;  ///< nothing: the node's cores
    std::optional<std::uint32_t> node_count;              ///< nothing: what the launcher gave
    bool dedicated_orchestrator = false;
    std::uint32_t max_restarts = 3;  ///< times the ranks are started again after a loss
    std::chrono::milliseconds grace_seconds{20'000};  ///< from a signal to the end
    std::vector<std::string> arguments;               ///< for the entry script
    std::vector<std::string> environment_variables;   ///< NAME=VALUE, for the worker processes

    bool allow_reuse = true;  ///< of a Completed run's result
    bool overwrite = false;
    LoggingLevel logging_level = LoggingLevel::info;
    std::string logs;  ///< log directory
    std::chrono::milliseconds flush_interval{30'000};
    std::uint64_t flush_bytes = 64ULL << 20;  ///< finished rows of one rank that call for a flush

    bool operator==(const Step&) const = default;
};

/// Where the rows are while the job runs, and where they are once it is Completed.
std::string partial_output_path(const Step& step);
std::string final_output_path(const Step& step);

/// Whether rows are records that become an HDF5 file. At the end of the job that is made of what
/// partial_output_path() holds, beside it.
bool is_table(const Step& step);
bool is_hdf5_name(const std::string& name);
std::string new_table_path(const Step& step);

/// Whether mini-batches are the rows of one key each, gathered from the tables beforehand.
bool gathers_rows(const Step& step);
/// Where they are gathered; of no use once the job has ended.
std::string partition_directory(const Step& step);

/// Between the fields of a row where the output's name says .csv or .tsv; 0: it says neither.
char output_delimiter(const Step& step);

/// What goes on with the step after a stop: "the same command", but one that says `overwrite`
/// discards what was done, "the same command without overwrite".
std::string same_command(const Step& step);

/// How long no mini-batch may start or end, and how long every worker may be in init().
std::chrono::milliseconds progress_limit(const Step& step);
std::chrono::milliseconds init_limit(const Step& step);

}  // namespace parallel_run::config
