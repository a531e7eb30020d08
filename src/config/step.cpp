// SPDX-License-Identifier: Apache-2.0
#include "config/step.hpp"

namespace parallel_run::config {

std::string final_output_path(const Step& step) {
    return step.output + "/" + step.append_row_file_name;
}

std::string partial_output_path(const Step& step) { return final_output_path(step) + ".partial"; }

}  // namespace parallel_run::config
