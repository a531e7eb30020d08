// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "journal/record.hpp"

namespace parallel_run::journal {

/// What begins a journal. docs/journal.md has the layout.
struct Header {
    Digest fingerprint{};    ///< of the run: a journal of another one is of no use to it
    std::uint64_t salt = 0;  ///< random: makes every checksum of this file unlike another file's
};

inline constexpr std::size_t kHeaderBytes = 48;
inline constexpr std::uint32_t kVersion = 1;
/// A longer record is refused by writer and reader.
inline constexpr std::uint32_t kMaxPayloadBytes = 1U << 30;

/// A checksum of a header or record and, through the one before, of everything up to there.
using Chain = std::uint64_t;

/// Appends it; returns its checksum.
Chain append_header(std::string& out, const Header& header);
/// Appends a record after the one whose checksum is `previous`; returns its checksum. Precondition:
/// payload.size() <= kMaxPayloadBytes.
Chain append_frame(std::string& out, std::uint32_t kind, std::string_view payload, Chain previous);

/// How the bytes of a journal go wrong.
enum class Flaw {
    none,
    torn,     ///< as an append that was interrupted leaves them
    damaged,  ///< in a way in which no interrupted append does
};

struct Wrong {
    Flaw flaw = Flaw::none;
    const char* reason = "";  ///< after "the journal "
};

struct ParsedHeader {
    Header header;
    std::uint32_t version = 0;
    Chain chain = 0;
};
/// A version that is not kVersion may have another layout: nothing but the version is set then.
std::variant<ParsedHeader, Wrong> parse_header(std::string_view bytes);

struct Frame {
    std::uint32_t kind = 0;
    std::string_view payload;
    Chain chain = 0;
    std::size_t size = 0;  ///< of all of it
};
/// The record at the beginning of `bytes`, which go on to the end of the file. Precondition: not
/// empty.
std::variant<Frame, Wrong> parse_frame(std::string_view bytes, Chain previous);

}  // namespace parallel_run::journal
