// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "schema/columns.hpp"

namespace parallel_run::schema {

/// A row for people: its values with a tab between two columns, those of an array with a space.
/// Texts end at their padding, and have '?' for control characters. Precondition: the record has
/// record_bytes(columns) bytes.
std::string record_text(const Columns& columns, std::string_view record);

}  // namespace parallel_run::schema
