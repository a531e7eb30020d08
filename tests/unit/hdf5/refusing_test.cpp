// SPDX-License-Identifier: Apache-2.0
#include "hdf5_part.hpp"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "table/reader.hpp"

namespace parallel_run::hdf5 {
namespace {

/// The message about datasets of a file of data/, without the file's folder.
std::string refusal(const std::string& file, std::vector<std::string> datasets) {
    try {
        format_of(data_file(file), std::move(datasets));
    } catch (const table::ReadError& error) {
        const std::string message = error.what();
        const auto folder = data_file("");
        return message.starts_with(folder) ? message.substr(folder.size()) : message;
    }
    return "accepted";
}

TEST(Hdf5Refuses, a_dataset_that_is_not_there_and_lists_those_that_are_by_likeness) {
    EXPECT_EQ(refusal("compound_variable.h5", {"gird"}),
              "compound_variable.h5 has no dataset /gird. It has: /grid, /other/records, /records");
    EXPECT_EQ(refusal("compound_variable.h5", {"/a/records"}),
              "compound_variable.h5 has no dataset /a/records. It has: /other/records, /records, "
              "/grid");
}

TEST(Hdf5Refuses, a_group) {
    EXPECT_EQ(refusal("pandas_table.h5", {"df"}),
              "pandas_table.h5 has no dataset /df (that is a group or a type). It has: /df/table");
}

TEST(Hdf5Refuses, to_choose_among_several_datasets) {
    EXPECT_EQ(refusal("compound_variable.h5", {}),
              "compound_variable.h5 has several datasets: /grid, /other/records, /records. Choose "
              "by hdf5_dataset");
}

TEST(Hdf5Refuses, a_file_without_rows) {
    EXPECT_EQ(refusal("no_rows.h5", {}),
              "no_rows.h5 has no dataset with rows: is it the right file?");
    EXPECT_EQ(refusal("no_rows.h5", {"x"}), "no_rows.h5 has no dataset /x. It has none with rows");
}

TEST(Hdf5Refuses, single_values_and_nothing) {
    for (const std::string dataset : {"scalar", "nothing"}) {
        EXPECT_EQ(
            refusal("refused.h5", {dataset}),
            "refused.h5: dataset /" + dataset + " has no rows: it is a single value or nothing");
    }
}

TEST(Hdf5Refuses, types_that_no_column_can_have) {
    const auto message = [](const std::string& dataset, const std::string& type) {
        return "refused.h5: dataset /" + dataset + " has the type " + type +
               ", which cannot be a column. Columns are numbers of at most 64 bits, arrays of "
               "them, and text";
    };
    EXPECT_EQ(refusal("refused.h5", {"float128"}), message("float128", "128-bit floating point"));
    EXPECT_EQ(refusal("refused.h5", {"opaque"}), message("opaque", "opaque"));
    EXPECT_EQ(refusal("refused.h5", {"reference"}), message("reference", "reference"));
    EXPECT_EQ(refusal("refused.h5", {"variable"}), message("variable", "array of variable length"));
    EXPECT_EQ(refusal("refused.h5", {"arrays"}),
              message("arrays", "array of compounds in its member points"));
}

TEST(Hdf5Refuses, datasets_of_different_lengths) {
    EXPECT_EQ(refusal("refused.h5", {"short", "long"}),
              "refused.h5 has 3 rows in /short and 4 in /long. Datasets that are read together "
              "have as many rows");
}

TEST(Hdf5Refuses, one_dataset_twice) {
    EXPECT_EQ(refusal("refused.h5", {"short", "/short"}),
              "refused.h5 has two columns named /short. Does hdf5_dataset name one twice?");
}

TEST(Hdf5Refuses, filters_that_are_not_installed) {
    const std::string rest =
        "), which this HDF5 does not have. Install its plugin and set HDF5_PLUGIN_PATH to the "
        "plugin's folder";
    EXPECT_EQ(refusal("pytables_blosc.h5", {}),
              "pytables_blosc.h5: dataset /x needs the filter blosc (number 32001" + rest);
    EXPECT_EQ(refusal("refused.h5", {"lzf"}),
              "refused.h5: dataset /lzf needs the filter lzf (number 32000" + rest);
}

/// A file of its own with any content.
class Hdf5RefusesFile : public testing::Test {
protected:
    Hdf5RefusesFile() {
        const auto pattern = std::filesystem::temp_directory_path() / "hdf5_XXXXXX";
        folder_ = mkdtemp(pattern.string().data());
    }
    ~Hdf5RefusesFile() override { std::filesystem::remove_all(folder_); }
    Hdf5RefusesFile(const Hdf5RefusesFile&) = delete;
    Hdf5RefusesFile& operator=(const Hdf5RefusesFile&) = delete;

    /// The message after the file's path.
    std::string refusal_of(const std::string& name, const std::string& content) {
        const auto file = (folder_ / name).string();
        std::ofstream(file, std::ios::binary) << content;
        return message_about(file);
    }
    static std::string message_about(const std::string& file) {
        try {
            format_of(file, {});
        } catch (const table::ReadError& error) {
            const std::string message = error.what();
            return message.starts_with(file) ? message.substr(file.size()) : message;
        }
        return "accepted";
    }

    std::filesystem::path folder_;
};

TEST_F(Hdf5RefusesFile, that_is_not_there) {
    EXPECT_EQ(message_about((folder_ / "no.h5").string()),
              " cannot be opened: No such file or directory");
}

TEST_F(Hdf5RefusesFile, that_is_no_hdf5) {
    EXPECT_EQ(refusal_of("text.h5", "a,b\n1,2\n"),
              " is not an HDF5 file. If it is text, say so by tabular_format");
    EXPECT_EQ(refusal_of("empty.h5", ""),
              " is not an HDF5 file. If it is text, say so by tabular_format");
}

TEST_F(Hdf5RefusesFile, of_an_older_matlab) {
    EXPECT_EQ(refusal_of("old.mat", "MATLAB 5.0 MAT-file, Platform: GLNXA64"),
              " is not an HDF5 file: save it from MATLAB with -v7.3");
}

TEST_F(Hdf5RefusesFile, that_is_truncated) {
    std::ifstream whole(data_file("compound_packed.h5"), std::ios::binary);
    std::string content((std::istreambuf_iterator<char>(whole)), {});
    content.resize(content.size() / 2);
    const auto message = refusal_of("half.h5", content);
    EXPECT_TRUE(message.starts_with(" cannot be opened: truncated file: eof = ")) << message;
    EXPECT_TRUE(message.ends_with("Was it written and copied completely?")) << message;
}

TEST_F(Hdf5RefusesFile, that_cannot_be_read_with_the_systems_own_words) {
    EXPECT_EQ(message_about(folder_.string()),
              " cannot be opened: file read failed: Is a directory. Was it written and copied "
              "completely?");
}

}  // namespace
}  // namespace parallel_run::hdf5
