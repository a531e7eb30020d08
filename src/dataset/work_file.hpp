// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/unique_fd.hpp"

namespace parallel_run::dataset {

/// Writes a file that only this job needs; nothing makes it durable. Text that follows on what was
/// written before is gathered. All throw table::ReadError.
class WorkFileWriter {
public:
    /// Replaces what is there.
    explicit WorkFileWriter(std::string path);

    void write(std::uint64_t position, std::string_view bytes);
    /// To be called at the end, for others to see all of it.
    void close();

private:
    void flush();
    [[noreturn]] void fail() const;

    std::string path_;
    base::UniqueFd fd_;
    std::string gathered_;
    std::uint64_t position_ = 0;  ///< of gathered_
};

}  // namespace parallel_run::dataset
