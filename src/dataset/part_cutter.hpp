// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "config/step.hpp"
#include "table/range.hpp"
#include "table/scan.hpp"

namespace parallel_run::dataset {

/// Cuts one text file that was looked through into parts of so many bytes or rows. Pure: is told
/// the borders one after another, and appends the parts that are complete. A part without a record
/// is left out.
class PartCutter {
public:
    /// `whole` tells path, size and time of the file. `records_before`: in earlier files of the
    /// input, for the records' numbers.
    PartCutter(const config::MiniBatchSize& size, table::Range whole, std::uint64_t records_before);

    /// The next border, from the first behind the file's beginning to its end. For a size in bytes
    /// they are where the parts are to be cut.
    void add(const table::Border& border, std::vector<table::Range>& parts);
    /// The last border was the file's end.
    void end(std::vector<table::Range>& parts);

    /// With those of this file, once it has ended.
    [[nodiscard]] std::uint64_t records_so_far() const {
        return records_before_ + last_.records_before;
    }

private:
    void cut_bytes(const table::Border& border, std::vector<table::Range>& parts);
    void cut_rows(const table::Border& border, std::vector<table::Range>& parts);
    [[nodiscard]] table::Range part(const table::Border& from, std::uint64_t end) const;

    config::MiniBatchSize size_;
    table::Range whole_;
    std::uint64_t records_before_;
    table::Border last_;      ///< told before this one
    table::Border start_;     ///< the last one before which no row of the next part begins
    std::uint64_t next_ = 0;  ///< the first row of the next part
};

}  // namespace parallel_run::dataset
