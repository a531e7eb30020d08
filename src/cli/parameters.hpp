// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "config/step.hpp"

namespace parallel_run::cli {

/// Under which heading of the help a parameter stands.
enum class Group { input, tables, entry_script, output, limits, placement, logs, not_yet };

/// One parameter of a step: everything that the program knows about it. The help, the keys of
/// STEP.conf, the options, their checks and their messages all come from here.
struct Parameter {
    std::string name;  ///< with underscores
    Group group = Group::not_yet;
    std::string hint = {};  ///< stands for the value in the help
    std::string help = {};
    bool repeatable = false;
    bool on_off = false;  ///< on the command line the name alone means true

    /// Puts a value into the step; a relative path starts at `base`. A repeatable one appends.
    /// Throws InvalidValue.
    std::function<void(config::Step& step, const std::string& text, const std::string& base)> read;
    /// The texts which read() turns into the step's value; none where it has none.
    std::function<std::vector<std::string>(const config::Step&)> write;
};

/// All parameters, in the order of the help. They are read in this order too, so that one may build
/// on another before it (entry_script on source_directory).
const std::vector<Parameter>& parameters();

/// Nothing (nullptr) when there is no such parameter. Dashes count as underscores.
const Parameter* find_parameter(std::string_view name);

/// To be thrown for `what` ("option '--nmae'"), whose name is none of a parameter; suggests the
/// near one.
base::UsageError unknown_parameter(const std::string& what, std::string_view name,
                                   const std::string& place);

/// `name` with underscores for dashes.
std::string with_underscores(std::string_view name);

}  // namespace parallel_run::cli
