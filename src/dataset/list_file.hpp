// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include "dataset/file_source.hpp"

namespace parallel_run::dataset {

/// A text file of paths, one a line, in its own order. Blank lines are passed over, a byte order
/// mark and CRLF line ends are tolerated, a relative path is relative to the list's directory.
/// Whether the files exist is left to whoever reads them.
class ListFile : public FileSource {
public:
    /// `subject` names the input in messages.
    ListFile(std::string subject, std::string path);

    std::optional<std::string_view> next(const std::stop_token& stop) override;
    [[nodiscard]] std::string why_empty() const override { return "the list names no file"; }

private:
    struct Closer {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };
    struct Freer {
        void operator()(char* bytes) const { std::free(bytes); }
    };

    void open();
    std::optional<std::string_view> read_line();
    [[nodiscard]] std::string_view resolve(std::string_view path);

    std::string subject_;
    std::string path_;
    std::unique_ptr<std::FILE, Closer> file_;
    std::unique_ptr<char, Freer> line_;  ///< getline(3) grows it
    std::size_t line_capacity_ = 0;
    std::uint64_t line_number_ = 0;
    std::size_t directory_size_ = 0;  ///< of the list's directory, the slash included
    std::string resolved_;            ///< begins with the list's directory
};

}  // namespace parallel_run::dataset
