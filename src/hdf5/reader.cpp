// SPDX-License-Identifier: Apache-2.0
#include "hdf5/reader.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <new>
#include <optional>

#include "hdf5/failure.hpp"
#include "hdf5/source.hpp"

namespace parallel_run::hdf5 {

namespace {

constexpr auto kChanged = "was changed after the job's input was planned. Run again";

/// A size and a time of 0 say that nobody knows what the file was like.
bool is_changed(const table::Range& range) {
    if (range.file_size == 0 && range.modified_ns == 0) return false;
    struct stat status {};
    if (::stat(range.file.c_str(), &status) != 0) return false;  // opening it says why
    constexpr std::int64_t kNanoseconds = 1'000'000'000;
    return static_cast<std::uint64_t>(status.st_size) != range.file_size ||
           status.st_mtim.tv_sec * kNanoseconds + status.st_mtim.tv_nsec != range.modified_ns;
}

std::string joined(const std::vector<std::string>& columns) {
    std::string text;
    for (const auto& column : columns) text += (text.empty() ? "" : ", ") + column;
    return text;
}

class Hdf5Reader : public table::Reader {
public:
    explicit Hdf5Reader(const table::Format& format) : format_(format) {}
    ~Hdf5Reader() override {
        const QuietErrors quiet;
        source_.reset();
    }
    Hdf5Reader(const Hdf5Reader&) = delete;
    Hdf5Reader& operator=(const Hdf5Reader&) = delete;

    void read(const table::Range& range, table::Table& table) override {
        const QuietErrors quiet;
        table.clear();
        try {
            read_part(range, table);
        } catch (const std::bad_alloc&) {
            fail(range.file,
                 "has a part that needs more memory than there is. Make "
                 "mini_batch_size smaller");
        } catch (...) {
            source_.reset();
            throw;
        }
    }

private:
    void read_part(const table::Range& range, table::Table& table) {
        if (is_changed(range)) fail(range.file, kChanged);
        if (!source_ || source_->file() != range.file) open(range.file);
        const auto rows = source_->extent().rows;
        const auto end = range.end == table::Range::kAll ? rows : range.end;
        if (range.begin > end || end > rows) {
            fail(range.file, "has " + std::to_string(rows) + " rows and not the rows " +
                                 std::to_string(range.begin) + " to " + std::to_string(end) +
                                 " that were planned: it " + kChanged);
        }
        source_->read(range.begin, end, table, scratch_);
        table.file = range.file;
        table.position = range.begin;
        table.first_record = range.first_record;
        table.row_count = end - range.begin;
    }

    void open(const std::string& file) {
        source_.reset();
        source_.emplace(format_, file);
        const auto columns = source_->columns();
        if (columns == format_.columns) return;
        fail(file, "has the columns " + joined(columns) + " and the input's first file, " +
                       format_.first_file + ", has " + joined(format_.columns) +
                       ". All files of an input have the same columns");
    }

    const table::Format format_;
    std::optional<Source> source_;
    table::Buffer scratch_;
};

}  // namespace

table::Hdf5Extent extent(const table::Format& format, const std::string& file) {
    const QuietErrors quiet;
    return Source(format, file).extent();
}

std::vector<std::string> columns(const table::Format& format, const std::string& file) {
    const QuietErrors quiet;
    return Source(format, file).columns();
}

std::unique_ptr<table::Reader> make_reader(const table::Format& format) {
    return std::make_unique<Hdf5Reader>(format);
}

}  // namespace parallel_run::hdf5
