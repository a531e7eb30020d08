// SPDX-License-Identifier: Apache-2.0
#include "hdf5_part.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/resource.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>

#include <gtest/gtest.h>

#include "base/unique_fd.hpp"
#include "hdf5/failure.hpp"
#include "hdf5/file.hpp"

namespace parallel_run::hdf5 {
namespace {

namespace fs = std::filesystem;

class Hdf5Damage : public testing::Test {
protected:
    Hdf5Damage() {
        const auto pattern = fs::temp_directory_path() / "hdf5_XXXXXX";
        folder_ = mkdtemp(pattern.string().data());
    }
    ~Hdf5Damage() override { fs::remove_all(folder_); }
    Hdf5Damage(const Hdf5Damage&) = delete;
    Hdf5Damage& operator=(const Hdf5Damage&) = delete;

    std::string copy(const std::string& name) {
        const auto file = folder_ / name;
        fs::copy_file(data_file(name), file, fs::copy_options::overwrite_existing);
        return file;
    }
    static void flip(const std::string& file, std::uint64_t position, int bit) {
        std::fstream bytes(file, std::ios::binary | std::ios::in | std::ios::out);
        bytes.seekg(static_cast<std::streamoff>(position));
        const auto flipped = bytes.get() ^ (1 << bit);
        bytes.seekp(static_cast<std::streamoff>(position));
        bytes.put(static_cast<char>(flipped));
    }

    fs::path folder_;
};

std::string failure_of(const std::string& file, const std::string& dataset) {
    try {
        const Part part(file, {dataset});
    } catch (const table::ReadError& error) {
        return error.what();
    }
    return "read";
}

std::uint64_t address_of_first_chunk(const std::string& file, const std::string& path) {
    const auto opened = open_file(file);
    const Handle dataset(H5Dopen2(opened.get(), path.c_str(), H5P_DEFAULT), H5Dclose);
    const Handle space(H5Dget_space(dataset.get()), H5Sclose);
    std::array<hsize_t, 2> offset{};
    unsigned filters = 0;
    haddr_t address = 0;
    hsize_t size = 0;
    H5Dget_chunk_info(dataset.get(), space.get(), 0, offset.data(), &filters, &address, &size);
    return address;
}

TEST_F(Hdf5Damage, of_a_chunk_is_told_by_its_checksum) {
    const auto file = copy("layouts.h5");
    flip(file, address_of_first_chunk(file, "/group/gzip") + 5, 3);
    EXPECT_EQ(failure_of(file, "group/gzip"),
              file +
                  ": dataset /group/gzip cannot be read: data error detected by Fletcher32 "
                  "checksum. Was it written and copied completely?");
    EXPECT_EQ(failure_of(file, "group/chunked"), "read");
}

TEST_F(Hdf5Damage, of_any_bit_is_no_crash) {
    const auto read_damaged = [this] {
        std::mt19937 random(1);
        for (int run = 0; run < 200; ++run) {
            const auto file = copy("types.h5");
            flip(file, random() % fs::file_size(file), static_cast<int>(random() % 8));
            for (const auto* dataset : {"i4", "f8", "bool", "enum", "big_i2"}) {
                failure_of(file, dataset);
            }
        }
        std::_Exit(0);  // without counting what HDF5 forgets to free
    };
    EXPECT_EXIT(read_damaged(), testing::ExitedWithCode(0), "");
}

std::string failure_to_read_endless_rows(std::uint64_t count) {
    const auto file = data_file("refused.h5");
    table::Table table;
    try {
        make_reader(format_of(file, {"endless"}))->read(rows_of(file, 0, count), table);
    } catch (const table::ReadError& error) {
        return error.what();
    }
    return "read";
}

TEST(Hdf5Memory, is_not_even_asked_for_a_part_beyond_reason) {
    EXPECT_EQ(failure_to_read_endless_rows((1ULL << 35) + 1),
              data_file("refused.h5") +
                  ": dataset /endless has a part with more than a tebibyte. Make mini_batch_size "
                  "smaller");
}

TEST(Hdf5Memory, that_is_refused_is_an_error_that_says_what_to_do) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    GTEST_SKIP() << "a sanitizer needs the address space that this test limits";
#endif
    const auto read_with_little = [] {
        const rlimit limit{1ULL << 32, 1ULL << 32};
        setrlimit(RLIMIT_AS, &limit);
        const auto wanted = data_file("refused.h5") +
                            " has a part that needs more memory than there is. Make "
                            "mini_batch_size smaller";
        std::_Exit(failure_to_read_endless_rows(1ULL << 30) == wanted ? 0 : 1);
    };
    EXPECT_EXIT(read_with_little(), testing::ExitedWithCode(0), "");
}

TEST(Hdf5Errors, are_not_printed_and_the_scripts_own_way_comes_back) {
    H5Eset_auto2(H5E_DEFAULT, nullptr, stderr);
    testing::internal::CaptureStderr();
    EXPECT_NE(failure_of(data_file("refused.h5"), "no"), "read");
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
    H5E_auto2_t print = nullptr;
    void* client = nullptr;
    H5Eget_auto2(H5E_DEFAULT, &print, &client);
    EXPECT_EQ(client, stderr);
}

TEST(Hdf5Locks, are_not_asked_for) {
    const auto file = data_file("x_int64.h5");
    const base::UniqueFd writer(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    ASSERT_EQ(::flock(writer.get(), LOCK_EX), 0);
    EXPECT_EQ(failure_of(file, "x"), "read");
}

TEST(Hdf5Locks, of_a_script_that_has_the_file_open_do_not_matter) {
    const auto file = data_file("x_int64.h5");
    const Handle scripts(H5Fopen(file.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose);
    ASSERT_TRUE(scripts);
    EXPECT_EQ(failure_of(file, "x"), "read");
}

}  // namespace
}  // namespace parallel_run::hdf5
