// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "base/result.hpp"
#include "journal/verification.hpp"
#include "schema/columns.hpp"

namespace parallel_run::output {

/// The rows of a table as the epochs wrote them, packed in the same order. The failure says why the
/// file is not such a table.
base::Result<std::unique_ptr<journal::DataBytes>> open_table(const std::string& path,
                                                             const schema::Columns& columns);

}  // namespace parallel_run::output
