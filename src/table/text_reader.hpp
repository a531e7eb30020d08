// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "table/format.hpp"
#include "table/reader.hpp"
#include "table/text_file.hpp"
#include "table/text_limits.hpp"

namespace parallel_run::table {

/// What all text formats have in common: whole records in memory, and what makes any of them bad.
class TextReader : public Reader {
public:
    void read(const Range& part, Table& table) final;

protected:
    TextReader(const Format& format, const TextLimits& limits) : format_(format), limits_(limits) {}

private:
    struct Source {
        TextFile file;
        std::uint64_t rows_begin;
    };

    /// Splits `table.bytes` into rows and bad records, leaving out the first `skip` records and all
    /// after the next `count`. May append to `bytes`.
    virtual void parse(Table& table, std::uint64_t skip, std::uint64_t count) = 0;

    const Source& source(const Range& part);
    void reject_unfit(std::optional<std::uint64_t> too_long, Table& table) const;

    Format format_;
    TextLimits limits_;
    std::optional<Source> source_;
};

}  // namespace parallel_run::table
