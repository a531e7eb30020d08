// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "config/step.hpp"
#include "table/format.hpp"
#include "table/range.hpp"

namespace parallel_run::dataset {

/// Cuts the files of one tabular input, one after another, into the parts that make mini-batches.
/// Of a text file only the size is asked: parts begin at multiples of mini_batch_size, and whoever
/// reads one finds the borders of the records. Of HDF5 files the number of rows and the chunks are,
/// and parts begin on chunk borders. Compressed text is one part.
class FileParts {
public:
    explicit FileParts(const config::Step& step) : step_(&step) {}

    /// Goes on with another file. Throws base::EnvironmentError when it cannot be read, and
    /// base::UsageError when it is of another kind than the first one.
    void open(std::string_view file);

    /// The next part of the file, valid until the next call; null at its end.
    const table::Range* next();

private:
    void open_hdf5();

    const config::Step* step_;
    std::optional<table::Kind> kind_;  ///< of the input
    std::string first_file_;
    table::Range part_;
    std::uint64_t end_ = 0;             ///< of the file, in bytes or rows
    std::uint64_t length_ = 0;          ///< of a part
    std::uint64_t records_before_ = 0;  ///< in earlier files, where they are known
};

}  // namespace parallel_run::dataset
