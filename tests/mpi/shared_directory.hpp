// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mpi.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

namespace parallel_run {

/// A directory that all ranks know and rank 0 removes at the end. COLLECTIVE: making and
/// destroying.
class SharedDirectory {
public:
    SharedDirectory() {
        MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
        std::array<char, 256> name{};
        if (rank_ == 0) {
            const auto pattern = std::filesystem::temp_directory_path() / "mpi_test.XXXXXX";
            pattern.string().copy(name.data(), name.size() - 1);
            if (::mkdtemp(name.data()) == nullptr) MPI_Abort(MPI_COMM_WORLD, 1);
        }
        MPI_Bcast(name.data(), static_cast<int>(name.size()), MPI_CHAR, 0, MPI_COMM_WORLD);
        path_ = name.data();
    }
    ~SharedDirectory() {
        MPI_Barrier(MPI_COMM_WORLD);
        std::error_code ignored;
        if (rank_ == 0) std::filesystem::remove_all(path_, ignored);
    }
    SharedDirectory(const SharedDirectory&) = delete;
    SharedDirectory& operator=(const SharedDirectory&) = delete;

    [[nodiscard]] std::string path(const std::string& name) const { return path_ + "/" + name; }
    [[nodiscard]] std::string content(const std::string& name) const {
        std::ostringstream text;
        text << std::ifstream(path(name), std::ios::binary).rdbuf();
        return text.str();
    }

private:
    int rank_ = 0;
    std::string path_;
};

}  // namespace parallel_run
