// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/step.hpp"

namespace parallel_run::cli {

/// The step that `STEP.conf [--option value ...] [-- script arguments ...]` describes. The command
/// line wins over the file; of a repeatable parameter its values replace the file's, and what
/// follows
/// "--" is added to `arguments`. Throws base::UsageError naming the key, the value, where it was
/// given and what is allowed; also when the entry script, the source directory or a side input is
/// missing. Whether the input exists is for dataset::Plan to say.
config::Step read_step(const std::vector<std::string>& words);

/// The step as a STEP.conf with absolute paths, and back, exactly. Looks at no file.
std::string to_configuration_text(const config::Step& step);
config::Step parse_configuration_text(std::string_view text);

/// Takes `--mini_batch N`, an option of the commands `plan` and `try`, out of the words before
/// "--". Throws base::UsageError when N is missing or no index, and when the option is there twice.
std::optional<std::uint64_t> take_mini_batch(std::vector<std::string>& words);

}  // namespace parallel_run::cli
