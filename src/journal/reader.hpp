// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "journal/framing.hpp"
#include "journal/record.hpp"
#include "journal/state.hpp"
#include "journal/storage.hpp"

namespace parallel_run::journal {

/// Where the valid records end, and what is wrong with the bytes after them.
struct Tail {
    Flaw flaw = Flaw::none;
    std::uint64_t at = 0;     ///< bytes from the beginning that are valid
    std::uint64_t bytes = 0;  ///< bytes after them
    std::string reason;       ///< after "the journal "
};

enum class Verdict {
    absent,         ///< there is none
    usable,         ///< its valid records are the run's history
    other_run,      ///< another fingerprint
    newer_version,  ///< this program does not know all that it says
    unusable,       ///< its header cannot be trusted, so nothing after it can
};

/// Takes the records out of a journal's bytes one by one, as far as they are valid.
class Reader {
public:
    /// The bytes must outlive it.
    explicit Reader(std::string_view bytes);

    /// May become newer_version at any next().
    [[nodiscard]] Verdict verdict() const { return verdict_; }
    /// Precondition for this and what follows: usable.
    [[nodiscard]] const Header& header() const { return header_; }
    /// The next record, already part of state(); nothing after the last valid one.
    std::optional<Record> next();
    [[nodiscard]] State& state() { return state_; }
    [[nodiscard]] const Tail& tail() const { return tail_; }

private:
    void end(Flaw flaw, std::string reason);

    std::string_view bytes_;
    Header header_;
    Chain chain_ = 0;
    State state_;
    Verdict verdict_ = Verdict::usable;
    Tail tail_;
};

/// What is known of a run from its journal.
struct Recovery {
    Verdict verdict = Verdict::absent;
    std::string message;  ///< for a user, whenever the journal is there and not usable
    Header header;
    State state;
    Tail tail;
    std::string bytes;  ///< as read; valid up to tail.at
};

/// Reads the journal at `path` and changes nothing; it may be in use. With `expected`, one of
/// another fingerprint is not usable, and only its header was looked at. A failure is the file
/// system's.
base::Result<Recovery> recover(Storage& storage, const std::string& path,
                               const std::optional<Digest>& expected = {});

}  // namespace parallel_run::journal
