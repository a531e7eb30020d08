// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "table/format.hpp"
#include "table/reader.hpp"
#include "table/text_limits.hpp"

namespace parallel_run::table {

/// The reader of a text format. Precondition: the kind is one.
std::unique_ptr<Reader> open_text_reader(const Format& format, const TextLimits& limits = {});

}  // namespace parallel_run::table
