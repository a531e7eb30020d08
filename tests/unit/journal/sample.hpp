// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "journal/framing.hpp"
#include "journal/reader.hpp"
#include "journal/record.hpp"
#include "journal/state.hpp"

namespace parallel_run::journal {

inline constexpr Digest kThisRun{'t', 'h', 'i', 's', ' ', 'r', 'u', 'n'};

/// An epoch that may follow `state`: commits `committed`, one row each, with the digest that
/// digest_of() gives, in two blocks of the sizes given.
Epoch epoch_after(const State& state, std::vector<Range> committed, std::uint64_t first_bytes = 70,
                  std::uint64_t second_bytes = 30);
Digest digest_of(std::uint64_t mini_batches);

/// The bytes of a journal, also of one that no writer would make.
class JournalBytes {
public:
    explicit JournalBytes(std::uint64_t salt = 7, const Digest& run = kThisRun);

    /// Takes the record whatever is wrong with it.
    JournalBytes& add(const Record& record);
    JournalBytes& add_raw(std::uint32_t kind, std::string_view payload);

    [[nodiscard]] const std::string& bytes() const { return bytes_; }
    /// What its records add up to.
    [[nodiscard]] const State& state() const { return state_; }

private:
    std::string bytes_;
    Chain chain_;
    State state_;
};

/// Two epochs that commit 0 to 9 and 20 to 24.
JournalBytes two_epochs(std::uint64_t salt = 7);

/// Everything a reader gets out of a journal.
struct Read {
    Verdict verdict;
    std::vector<Record> records;
    State state;
    Tail tail;
};
Read read_all(std::string_view bytes);

}  // namespace parallel_run::journal
