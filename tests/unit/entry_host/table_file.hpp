// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "table/format.hpp"

namespace parallel_run::entry_host {

/// A test with a text file of its own, whose lines are its records.
class TableFile : public testing::Test {
protected:
    TableFile() {
        if (::mkdtemp(directory_.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
    }
    ~TableFile() override {
        std::error_code ignored;
        std::filesystem::remove_all(directory_, ignored);
    }

    [[nodiscard]] std::string path() const { return directory_ + "/lines.txt"; }
    void write(std::string_view text) const { std::ofstream(path(), std::ios::binary) << text; }
    [[nodiscard]] table::Format format() const {
        table::Format made;
        made.columns = {"line"};
        made.first_file = path();
        return made;
    }

private:
    std::string directory_ = std::filesystem::temp_directory_path() / "table_file.XXXXXX";
};

}  // namespace parallel_run::entry_host
