// SPDX-License-Identifier: Apache-2.0
#include "dataset/list_file.hpp"

#include <cerrno>
#include <utility>

#include "base/error.hpp"

namespace parallel_run::dataset {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kBlanks = " \t";

}  // namespace

ListFile::ListFile(std::string subject, std::string path)
    : subject_(std::move(subject)),
      path_(std::move(path)),
      directory_size_(path_.rfind('/') + 1),
      resolved_(path_.substr(0, directory_size_)) {}

std::optional<std::string_view> ListFile::next(const std::stop_token& stop) {
    if (!file_) open();
    while (!stop.stop_requested()) {
        const auto line = read_line();
        if (!line) return std::nullopt;
        if (line->find_first_not_of(kBlanks) != std::string_view::npos) return resolve(*line);
    }
    return std::nullopt;
}

void ListFile::open() {
    file_.reset(std::fopen(path_.c_str(), "re"));
    if (!file_) {
        throw base::EnvironmentError(
            base::system_error_text(subject_ + ": cannot open the list " + path_, errno) +
            ". Make it readable on this host.");
    }
}

std::optional<std::string_view> ListFile::read_line() {
    auto* buffer = line_.release();
    const auto size = ::getline(&buffer, &line_capacity_, file_.get());
    const auto code = errno;
    line_.reset(buffer);
    if (size < 0) {
        if (std::feof(file_.get()) != 0) return std::nullopt;
        throw base::EnvironmentError(
            base::system_error_text(subject_ + ": cannot read the list " + path_, code) +
            ". Check the file system that holds it.");
    }
    ++line_number_;
    std::string_view line(buffer, static_cast<std::size_t>(size));
    if (line.ends_with('\n')) line.remove_suffix(1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line_number_ == 1 && line.starts_with(kByteOrderMark)) {
        line.remove_prefix(kByteOrderMark.size());
    }
    if (line.find('\0') != std::string_view::npos) {
        throw base::UsageError(subject_ + ": line " + std::to_string(line_number_) +
                               " of the list " + path_ +
                               " holds a zero byte, which no path can. Give a text file of paths, "
                               "one a line.");
    }
    return line;
}

std::string_view ListFile::resolve(std::string_view path) {
    if (path.front() == '/') return path;
    resolved_.resize(directory_size_);
    return resolved_ += path;
}

}  // namespace parallel_run::dataset
