// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <stdexcept>

#include "table/format.hpp"
#include "table/range.hpp"
#include "table/table.hpp"

namespace parallel_run::table {

/// A part of a file cannot be read, or is not what the plan or the first file promised. The message
/// names the file, the cause and what to do.
class ReadError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Reads parts of an input's files. It may keep a file open from one part to the next. One thread
/// at a time.
class Reader {
public:
    virtual ~Reader() = default;

    /// Replaces what `table` holds by the part's rows and bad records. Throws ReadError.
    virtual void read(const Range& range, Table& table) = 0;
};

/// The reader for a format's kind. Throws ReadError where the program lacks what the kind needs.
std::unique_ptr<Reader> open_reader(const Format& format);

}  // namespace parallel_run::table
