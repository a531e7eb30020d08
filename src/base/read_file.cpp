// SPDX-License-Identifier: Apache-2.0
#include "base/read_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "base/error.hpp"
#include "base/unique_fd.hpp"

namespace parallel_run::base {

Result<std::optional<std::string>> read_file(const std::string& path) {
    const auto failure = [&] { return Failure{system_error_text("cannot read " + path, errno)}; };
    const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd && errno == ENOENT) return std::optional<std::string>();
    struct stat status {};
    if (!fd || ::fstat(fd.get(), &status) != 0) return failure();
    constexpr std::size_t kMore = 4096;  // it may be growing, or not tell its size
    std::string bytes(static_cast<std::size_t>(status.st_size) + kMore, '\0');
    std::size_t size = 0;
    while (true) {
        const auto count = ::read(fd.get(), bytes.data() + size, bytes.size() - size);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return failure();
        if (count == 0) break;
        size += static_cast<std::size_t>(count);
        if (size == bytes.size()) bytes.resize(2 * size);
    }
    bytes.resize(size);
    return std::optional(std::move(bytes));
}

std::string content_of(const std::string& path) {
    auto content = read_file(path);
    if (!content) return {};
    return std::move(content.value()).value_or("");
}

}  // namespace parallel_run::base
