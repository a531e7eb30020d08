// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "temporary_directory.hpp"

#include <xxhash.h>

#include <fstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "journal/progress_file.hpp"
#include "journal/writer.hpp"

namespace parallel_run::journal {

/// An output directory as a run leaves it, with a data file and the journal of it.
class WrittenRun {
public:
    WrittenRun() : writer_(std::move(JournalWriter::create(storage_, output(), {{}, 7}).value())) {}

    [[nodiscard]] const std::string& output() const { return directory_.path(); }
    [[nodiscard]] std::string data_file() const { return output() + "/rows.txt.partial"; }
    [[nodiscard]] Recovery recovery() {
        return std::move(recover(storage_, journal_path(output())).value());
    }

    /// An epoch of mini-batches of two items and one row each, in a block a rank. The blocks are
    /// appended to the data file.
    void commit(const std::vector<std::string>& blocks, std::uint64_t rows) {
        const auto& state = writer_.state();
        Epoch epoch{state.epochs + 1, state.file_bytes, {}, {}, state.counters, {}};
        std::ofstream file(data_file(), std::ios::app | std::ios::binary);
        for (const auto& block : blocks) {
            epoch.blocks.push_back({static_cast<std::uint32_t>(epoch.blocks.size()),
                                    epoch.file_bytes, block.size(),
                                    XXH3_64bits(block.data(), block.size())});
            epoch.file_bytes += block.size();
            file << block;
        }
        if (rows > 0) epoch.committed = {{state.committed.count(), rows}};
        epoch.counters.processed += rows;
        epoch.counters.items_succeeded += 2 * rows;
        epoch.counters.rows += rows;
        epoch.plan.mini_batches = std::max(state.plan.mini_batches, epoch.counters.processed);
        append(epoch);
    }
    void plan(std::uint64_t mini_batches) { append(Planned{{mini_batches, {}}, 2 * mini_batches}); }
    void complete() { append(Completed{writer_.state().counters}); }

    void append(const Record& record) { EXPECT_EQ(writer_.append(record), ""); }
    void write(const std::string& relative, const std::string& text) const {
        std::ofstream(output() + "/" + relative, std::ios::binary) << text;
    }
    void write(const Progress& progress) const {
        std::ofstream(progress_path(output()), std::ios::binary) << to_text(progress);
    }

private:
    TemporaryDirectory directory_;
    PosixStorage storage_;
    JournalWriter writer_;
};

}  // namespace parallel_run::journal
