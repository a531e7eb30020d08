// SPDX-License-Identifier: Apache-2.0
#include "sample.hpp"

#include <algorithm>
#include <utility>

namespace parallel_run::journal {

Digest digest_of(std::uint64_t mini_batches) {
    Digest digest{};
    digest[0] = 'd';
    for (std::size_t i = 1; i <= 8; ++i, mini_batches >>= 8) {
        digest[i] = static_cast<char>(mini_batches & 0xff);
    }
    return digest;
}

Epoch epoch_after(const State& state, std::vector<Range> committed, std::uint64_t first_bytes,
                  std::uint64_t second_bytes) {
    Epoch epoch;
    epoch.number = state.epochs + 1;
    epoch.file_bytes = state.file_bytes + first_bytes + second_bytes;
    epoch.blocks = {{0, state.file_bytes, first_bytes, 0xfedcba9876543210},
                    {3, state.file_bytes + first_bytes, second_bytes, 5}};
    epoch.counters = state.counters;
    auto planned = state.plan.mini_batches;
    for (const auto& range : committed) {
        epoch.counters.processed += range.count;
        epoch.counters.items_succeeded += 10 * range.count;
        epoch.counters.rows += range.count;
        planned = std::max(planned, range.end());
    }
    epoch.plan = {planned, digest_of(planned)};
    epoch.committed = std::move(committed);
    return epoch;
}

JournalBytes::JournalBytes(std::uint64_t salt, const Digest& run)
    : chain_(append_header(bytes_, {run, salt})) {}

JournalBytes& JournalBytes::add(const Record& record) {
    add_raw(kind_of(record), encode(record));
    state_.apply(record);
    return *this;
}

JournalBytes& JournalBytes::add_raw(std::uint32_t kind, std::string_view payload) {
    chain_ = append_frame(bytes_, kind, payload, chain_);
    return *this;
}

JournalBytes two_epochs(std::uint64_t salt) {
    JournalBytes journal(salt);
    journal.add(epoch_after(journal.state(), {{0, 10}}));
    journal.add(epoch_after(journal.state(), {{20, 5}}));
    return journal;
}

Read read_all(std::string_view bytes) {
    Reader reader(bytes);
    Read read;
    while (auto record = reader.next()) read.records.push_back(std::move(*record));
    read.verdict = reader.verdict();
    read.state = std::move(reader.state());
    read.tail = reader.tail();
    return read;
}

}  // namespace parallel_run::journal
