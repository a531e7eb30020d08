// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include <parallel_run/entry_script.h>

#include "schema/columns.hpp"

namespace parallel_run::entry_host {

/// What the script's rows become.
enum class RowForm {
    text,    ///< lines
    record,  ///< rows of a table, whose columns init() declares
    none,    ///< nothing, they only count: either is taken
};

/// The columns that a script declares in its init(). One thread.
class Declaration {
public:
    /// init() begins.
    void open(RowForm form);
    /// It ended. Returns why it failed, whatever it says; empty: it did not.
    std::string close();

    /// parallel_run_engine.declare_columns.
    const char* declare(const parallel_run_output_column* const* columns, std::uint64_t count);

    /// None where none were declared.
    [[nodiscard]] const schema::Columns& columns() const { return columns_; }

private:
    std::string take(const parallel_run_output_column* const* columns, std::uint64_t count);

    RowForm form_ = RowForm::text;
    bool open_ = false;
    schema::Columns columns_;
    std::string fault_;
};

}  // namespace parallel_run::entry_host
