// SPDX-License-Identifier: Apache-2.0
#include "hdf5/reader.hpp"

#include "hdf5_part.hpp"

#include <sys/stat.h>

#include <filesystem>

#include <gtest/gtest.h>

namespace parallel_run::hdf5 {
namespace {

namespace fs = std::filesystem;

class Hdf5Reader : public testing::Test {
protected:
    Hdf5Reader() {
        const auto pattern = fs::temp_directory_path() / "hdf5_XXXXXX";
        folder_ = mkdtemp(pattern.string().data());
    }
    ~Hdf5Reader() override { fs::remove_all(folder_); }
    Hdf5Reader(const Hdf5Reader&) = delete;
    Hdf5Reader& operator=(const Hdf5Reader&) = delete;

    std::string copy(const std::string& from, const std::string& name) {
        const auto file = folder_ / name;
        fs::copy_file(data_file(from), file);
        return file;
    }
    static std::string failure(table::Reader& reader, const table::Range& range) {
        table::Table table;
        try {
            reader.read(range, table);
        } catch (const table::ReadError& error) {
            return error.what();
        }
        return "read";
    }

    fs::path folder_;
};

table::Range planned(const std::string& file) {
    struct stat status {};
    EXPECT_EQ(::stat(file.c_str(), &status), 0);
    auto range = rows_of(file, 0, 4);
    range.file_size = static_cast<std::uint64_t>(status.st_size);
    range.modified_ns = status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec;
    return range;
}

TEST_F(Hdf5Reader, says_where_the_rows_are_from) {
    const auto file = data_file("types.h5");
    auto range = rows_of(file, 40, 50);
    range.first_record = 1040;
    table::Table table;
    make_reader(format_of(file, {"i8"}))->read(range, table);
    EXPECT_EQ(table.file, file);
    EXPECT_EQ(table.position, 40U);
    EXPECT_EQ(table.first_record, 1040);
    EXPECT_EQ(table.row_count, 10U);
    EXPECT_EQ(table.record_count(), 10U);
    EXPECT_TRUE(table.record_numbers.empty());
}

TEST_F(Hdf5Reader, replaces_what_the_table_held) {
    const auto file = data_file("strings.h5");
    const auto reader = make_reader(format_of(file, {"variable", "zero_padded"}));
    table::Table table;
    reader->read(rows_of(file, 0, kRows), table);
    reader->read(rows_of(file, 3, 4), table);
    EXPECT_EQ(table.row_count, 1U);
    ASSERT_EQ(table.columns[0].spans.size(), 1U);
    EXPECT_EQ(table.columns[0].text.view(), "abc");
}

TEST_F(Hdf5Reader, goes_from_file_to_file) {
    const auto first = copy("x_int64.h5", "first.h5");
    const auto second = copy("x_int64.h5", "second.h5");
    const auto reader = make_reader(format_of(first, {}));
    table::Table table;
    for (const auto& file : {first, second, first}) {
        reader->read(rows_of(file, 1, 3), table);
        EXPECT_EQ(table.file, file);
        EXPECT_EQ(table.row_count, 2U);
    }
}

TEST_F(Hdf5Reader, refuses_a_file_with_other_columns_than_the_first) {
    const auto reader = make_reader(format_of(data_file("x_int64.h5"), {"x"}));
    EXPECT_EQ(failure(*reader, rows_of(data_file("x_float32.h5"), 0, 1)),
              data_file("x_float32.h5") +
                  " has the columns x: float32[3] and the input's first file, " +
                  data_file("x_int64.h5") +
                  ", has x: int64[3]. All files of an input have the same columns");
    EXPECT_EQ(failure(*reader, rows_of(data_file("x_int64.h5"), 0, 1)), "read");
}

TEST_F(Hdf5Reader, refuses_rows_that_the_file_does_not_have) {
    const auto file = data_file("x_int64.h5");
    const auto reader = make_reader(format_of(file, {}));
    EXPECT_EQ(failure(*reader, rows_of(file, 2, 5)),
              file +
                  " has 4 rows and not the rows 2 to 5 that were planned: it was changed after the "
                  "job's input was planned. Run again");
    EXPECT_EQ(failure(*reader, rows_of(file, 5, table::Range::kAll)).find(file + " has 4 rows"),
              0U);
    EXPECT_EQ(failure(*reader, rows_of(file, 3, 2)).find(file + " has 4 rows"), 0U);
}

TEST_F(Hdf5Reader, refuses_a_file_that_was_changed) {
    const auto file = copy("x_int64.h5", "x.h5");
    const auto reader = make_reader(format_of(file, {}));
    const auto range = planned(file);
    EXPECT_EQ(failure(*reader, range), "read");
    fs::last_write_time(file, fs::last_write_time(file) + std::chrono::seconds(1));
    EXPECT_EQ(failure(*reader, range),
              file + " was changed after the job's input was planned. Run again");
    EXPECT_EQ(failure(*reader, planned(file)), "read");
    auto longer = planned(file);
    ++longer.file_size;
    EXPECT_EQ(failure(*reader, longer),
              file + " was changed after the job's input was planned. Run again");
}

TEST_F(Hdf5Reader, refuses_a_file_that_is_gone) {
    const auto file = copy("x_int64.h5", "x.h5");
    const auto reader = make_reader(format_of(file, {}));
    const auto range = planned(file);
    fs::remove(file);
    EXPECT_EQ(failure(*reader, range), file + " cannot be opened: No such file or directory");
}

TEST_F(Hdf5Reader, opens_a_file_again_that_could_not_be_read) {
    const auto file = copy("x_int64.h5", "x.h5");
    const auto reader = make_reader(format_of(file, {}));
    EXPECT_EQ(failure(*reader, rows_of(file, 0, 4)), "read");
    fs::remove(file);
    EXPECT_NE(failure(*reader, rows_of(file, 0, 5)), "read");
    EXPECT_EQ(failure(*reader, rows_of(file, 0, 4)),
              file + " cannot be opened: No such file or directory");
}

}  // namespace
}  // namespace parallel_run::hdf5
