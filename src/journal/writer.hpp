// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "journal/reader.hpp"
#include "journal/state.hpp"
#include "journal/storage.hpp"

namespace parallel_run::journal {

/// Where a job keeps its books about an output directory.
inline std::string state_directory(const std::string& output) { return output + "/.parallel-run"; }
inline std::string journal_path(const std::string& output) {
    return state_directory(output) + "/journal";
}

/// Appends records to the journal of an output directory. Whoever has one must hold the directory's
/// OutputLock. One thread at a time.
///
/// Both ways to get one write a whole new file and give it the journal's name only when it is
/// durable. So a journal never lacks its header; going on never appends to bytes that a failed sync
/// left in doubt; and what fails leaves the journal that was there.
class JournalWriter {
public:
    /// A journal without records; one that was there is lost. The storage must outlive the writer.
    static base::Result<JournalWriter> create(Storage& storage, const std::string& output,
                                              const Header& header);
    /// Goes on after the valid records; what follows them is gone. Precondition: a usable journal
    /// of this output directory.
    static base::Result<JournalWriter> go_on(Storage& storage, const std::string& output,
                                             Recovery recovery, std::uint64_t salt);

    /// Returns why the record is not known to be durable; empty: it is. After a failure nothing
    /// more is taken, because what the file ends with is unknown. Throws std::logic_error for a
    /// record that State::check() objects to: nothing was written then.
    [[nodiscard]] std::string append(const Record& record);

    /// All that is durable.
    [[nodiscard]] const State& state() const { return state_; }

private:
    JournalWriter() = default;
    std::string start(Storage& storage, const std::string& output, std::string_view content);

    std::string path_;
    std::unique_ptr<Storage::File> file_;
    Chain chain_ = 0;
    State state_;
    std::string failure_;
};

}  // namespace parallel_run::journal
