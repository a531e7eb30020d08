// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <boost/program_options/options_description.hpp>

namespace parallel_run::cli {

/// All parameters as Boost's options.
boost::program_options::options_description all_options();

/// All parameters by group, in 80 columns, and how to write them in STEP.conf. `bold`: headings in
/// the terminal's bold.
std::string parameters_help(bool bold);

}  // namespace parallel_run::cli
