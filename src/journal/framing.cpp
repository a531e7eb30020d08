// SPDX-License-Identifier: Apache-2.0
#include "journal/framing.hpp"

#include <xxhash.h>

#include <algorithm>

namespace parallel_run::journal {

namespace {

constexpr std::string_view kMagic = "PR-JRNL\n";
constexpr std::size_t kFrameHead = 8;  // length, kind
constexpr std::size_t kChecksumBytes = 8;

template <typename T>
void put(std::string& out, T value) {
    for (std::size_t i = 0; i < sizeof value; ++i) {
        out.push_back(static_cast<char>(value >> (8 * i) & 0xff));
    }
}

/// Precondition: there are that many bytes.
template <typename T>
T get(std::string_view bytes, std::size_t at) {
    T value = 0;
    for (std::size_t i = 0; i < sizeof value; ++i) {
        value |= static_cast<T>(static_cast<unsigned char>(bytes[at + i])) << (8 * i);
    }
    return value;
}

bool only_zeros(std::string_view bytes) {
    return std::all_of(bytes.begin(), bytes.end(), [](char byte) { return byte == 0; });
}

}  // namespace

Chain append_header(std::string& out, const Header& header) {
    const auto begin = out.size();
    out += kMagic;
    put(out, kVersion);
    put(out, std::uint32_t{0});
    out.append(header.fingerprint.data(), header.fingerprint.size());
    put(out, header.salt);
    const Chain chain = XXH3_64bits(out.data() + begin, out.size() - begin);
    put(out, chain);
    return chain;
}

Chain append_frame(std::string& out, std::uint32_t kind, std::string_view payload, Chain previous) {
    const auto begin = out.size();
    put(out, static_cast<std::uint32_t>(payload.size()));
    put(out, kind);
    out += payload;
    const Chain chain = XXH3_64bits_withSeed(out.data() + begin, out.size() - begin, previous);
    put(out, chain);
    return chain;
}

std::variant<ParsedHeader, Wrong> parse_header(std::string_view bytes) {
    if (bytes.empty()) return Wrong{Flaw::torn, "is empty"};
    const auto common = std::min(bytes.size(), kMagic.size());
    if (bytes.substr(0, common) != kMagic.substr(0, common)) {
        return Wrong{Flaw::damaged, "does not begin as one does"};
    }
    if (bytes.size() < kMagic.size() + sizeof kVersion) {
        return Wrong{Flaw::torn, "ends within its header"};
    }
    ParsedHeader parsed;
    parsed.version = get<std::uint32_t>(bytes, kMagic.size());
    if (parsed.version > kVersion) return parsed;
    if (bytes.size() < kHeaderBytes) return Wrong{Flaw::torn, "ends within its header"};
    const auto covered = kHeaderBytes - kChecksumBytes;
    parsed.chain = get<Chain>(bytes, covered);
    if (parsed.version != kVersion || parsed.chain != XXH3_64bits(bytes.data(), covered)) {
        return Wrong{Flaw::damaged, "has a header whose checksum is wrong"};
    }
    const auto fingerprint = bytes.substr(16, parsed.header.fingerprint.size());
    std::copy(fingerprint.begin(), fingerprint.end(), parsed.header.fingerprint.begin());
    parsed.header.salt = get<std::uint64_t>(bytes, 32);
    return parsed;
}

std::variant<Frame, Wrong> parse_frame(std::string_view bytes, Chain previous) {
    // Some file systems lengthen a file before they fill it.
    if (only_zeros(bytes)) return Wrong{Flaw::torn, "ends with zeros"};
    if (bytes.size() < kFrameHead) return Wrong{Flaw::torn, "ends within a record"};
    const auto length = get<std::uint32_t>(bytes, 0);
    if (length > kMaxPayloadBytes) return Wrong{Flaw::damaged, "has a record of impossible length"};
    const auto covered = kFrameHead + length;
    const auto size = covered + kChecksumBytes;
    if (bytes.size() < size) return Wrong{Flaw::torn, "ends within a record"};
    const auto chain = get<Chain>(bytes, covered);
    if (chain != XXH3_64bits_withSeed(bytes.data(), covered, previous)) {
        return Wrong{bytes.size() == size ? Flaw::torn : Flaw::damaged,
                     "has a record whose checksum is wrong"};
    }
    return Frame{get<std::uint32_t>(bytes, 4), bytes.substr(kFrameHead, length), chain, size};
}

}  // namespace parallel_run::journal
