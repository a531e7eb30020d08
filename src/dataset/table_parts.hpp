// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "config/step.hpp"
#include "dataset/file_source.hpp"
#include "dataset/part_cutter.hpp"
#include "dataset/plan_tasks.hpp"
#include "table/format.hpp"

namespace parallel_run::dataset {

/// Cuts the files of one tabular input into the parts that make mini-batches.
///
/// Of a text file only the size is asked as a rule: parts begin at multiples of mini_batch_size,
/// and whoever reads one finds the borders of the records. Where that is not enough (line breaks
/// between quotes, sizes in rows, row numbers), `tasks` looks through the files first, some pieces
/// ahead. Of HDF5 files the number of rows and the chunks are asked, and parts begin on chunk
/// borders. Compressed text is one part.
class TableParts {
public:
    /// All must outlive this; `input` is the position of the input in the step.
    TableParts(const config::Step& step, std::uint32_t input, FileSource& files, PlanTasks& tasks);

    /// The next part, valid until the next call; null at the end, and soon after `stop` is
    /// requested. Throws base::EnvironmentError for a file that cannot be looked at,
    /// base::UsageError for one that does not fit the others, table::ReadError for one that cannot
    /// be read.
    const table::Range* next(const std::stop_token& stop);

    /// Whether there was any file so far.
    [[nodiscard]] bool found_a_file() const { return !first_file_.empty(); }
    /// Of the files so far; it has its columns where text is looked through.
    [[nodiscard]] const table::Format& format() const { return format_; }

private:
    /// A file whose parts are not all made.
    struct File {
        table::Range whole;        ///< path, size, time; hdf5: the number of its first row
        std::uint64_t end = 0;     ///< bytes or rows to be cut or looked through
        std::uint64_t length = 0;  ///< of a part that is cut here, of a piece to be looked through
        bool scanned = false;
        std::uint64_t done = 0;  ///< cut, or asked for, up to here
    };

    bool refill(const std::stop_token& stop);
    void look_ahead(const std::stop_token& stop);
    void open(std::string path);
    void open_hdf5(File& file);
    void open_text(File& file);
    void note_kind(const std::string& path, std::uint64_t size);
    void cut_evenly(File& file);
    [[nodiscard]] bool counts_rows() const;
    void ask(File& file);
    void take_piece(File& file, const std::stop_token& stop);

    const config::Step& step_;
    std::uint32_t input_;
    FileSource& source_;
    PlanTasks& tasks_;

    std::string first_file_;
    table::Format format_;  ///< by the first file with any content; its columns where it is scanned
    std::uint64_t records_before_ = 0;  ///< in earlier files, where records are counted

    std::deque<File> files_;
    std::size_t asked_ = 0;  ///< pieces asked for and not taken
    bool at_end_ = false;    ///< of source_

    std::optional<PartCutter> cutter_;  ///< of the first of files_, while it is looked through
    table::Border border_;              ///< up to which it was
    std::vector<table::Range> parts_;
    std::size_t given_ = 0;  ///< of parts_
};

}  // namespace parallel_run::dataset
