// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/hasher.hpp"
#include "journal/committed_set.hpp"
#include "schema/columns.hpp"

namespace parallel_run::journal {

/// Means nothing here: two that are equal stand for the same thing.
using base::Digest;

/// What one rank wrote in an epoch: a contiguous part of the data file, at least one byte.
struct Block {
    std::uint32_t rank = 0;
    std::uint64_t offset = 0;
    std::uint64_t bytes = 0;
    std::uint64_t checksum = 0;  ///< XXH3-64 of the bytes
    bool operator==(const Block&) const = default;
};

/// How far planning got, and a digest of all mini-batches up to there.
struct PlanMark {
    std::uint64_t mini_batches = 0;
    Digest digest{};
    bool operator==(const PlanMark&) const = default;
};

/// Sums over the committed mini-batches, since the run was first started.
struct Counters {
    std::uint64_t processed = 0;  ///< mini-batches whose run() succeeded
    std::uint64_t failed = 0;     ///< mini-batches that used up their attempts
    std::uint64_t items_succeeded = 0;
    std::uint64_t items_failed = 0;
    std::uint64_t rows = 0;
    std::uint64_t surplus_rows = 0;  ///< rows beyond a mini-batch's items
    std::uint64_t retries = 0;       ///< attempts after the first
    bool operator==(const Counters&) const = default;
};

/// The data file is durable up to `file_bytes` and holds the rows of all mini-batches that this and
/// earlier epochs commit.
struct Epoch {
    std::uint64_t number = 0;  ///< 1 for the first of a run, without gaps
    std::uint64_t file_bytes = 0;
    std::vector<Block> blocks;     ///< in order of offset, without gaps
    std::vector<Range> committed;  ///< in order, apart from each other
    Counters counters;             ///< after it
    PlanMark plan;                 ///< when it was committed
    bool operator==(const Epoch&) const = default;
};

/// Planning came to its end.
struct Planned {
    PlanMark plan;
    std::uint64_t items = 0;
    bool operator==(const Planned&) const = default;
};

/// The run is Completed: its output has its final name or is about to get it.
struct Completed {
    Counters counters;  ///< of the result
    bool operator==(const Completed&) const = default;
};

/// The data file holds records with these columns; none is recorded where it holds lines.
struct Declared {
    schema::Columns columns;
    bool operator==(const Declared&) const = default;
};

using Record = std::variant<Epoch, Planned, Completed, Declared>;

/// The number of a record's kind in the file: 1 epoch, 2 planned, 3 completed, 4 declared.
std::uint32_t kind_of(const Record& record);
[[nodiscard]] bool is_known_kind(std::uint32_t kind);

/// The payload. Precondition: a record that State::check() accepted.
std::string encode(const Record& record);
/// Nothing when the bytes are not of that form. Precondition: a known kind.
std::optional<Record> decode(std::uint32_t kind, std::string_view payload);

}  // namespace parallel_run::journal
