// SPDX-License-Identifier: Apache-2.0
#include "config/step.hpp"

namespace parallel_run::config {

std::string final_output_path(const Step& step) {
    return step.output + "/" + step.append_row_file_name;
}

std::string partial_output_path(const Step& step) { return final_output_path(step) + ".partial"; }

bool is_hdf5_name(const std::string& name) {
    return name.ends_with(".h5") || name.ends_with(".hdf5");
}

bool is_table(const Step& step) {
    return step.output_action == OutputAction::append_row &&
           is_hdf5_name(step.append_row_file_name);
}

std::string new_table_path(const Step& step) { return final_output_path(step) + ".new"; }

bool gathers_rows(const Step& step) {
    return step.input_type == InputType::tabular && !step.partition_keys.empty();
}

std::string partition_directory(const Step& step) {
    return step.output + "/.parallel-run/partition";
}

char output_delimiter(const Step& step) {
    if (step.append_row_file_name.ends_with(".csv")) return ',';
    return step.append_row_file_name.ends_with(".tsv") ? '\t' : '\0';
}

std::string same_command(const Step& step) {
    return step.overwrite ? "the same command without overwrite" : "the same command";
}

std::chrono::milliseconds progress_limit(const Step& step) {
    return step.progress_update_timeout.value_or(
        3 * (step.run_invocation_timeout + step.task_overhead_timeout));
}

std::chrono::milliseconds init_limit(const Step& step) {
    return 3 * step.run_invocation_timeout + std::chrono::seconds(30);
}

}  // namespace parallel_run::config
