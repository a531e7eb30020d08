// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace parallel_run::base {

/// "1024", "64KB", "10MB", "1GB", "2TB" (powers of 1024, any case, no space) in bytes; nothing when
/// the text is not of that form or does not fit 63 bits.
std::optional<std::uint64_t> parse_bytes(std::string_view text);

/// "512 B", "1.5 KB", "64.0 MB": for people.
std::string format_bytes(std::uint64_t bytes);

/// "12,345,678": for people.
std::string format_count(std::uint64_t count);

/// "1 node", "1,234 nodes", "2 mini-batches": for people, of a regular noun.
std::string format_count(std::uint64_t count, const std::string& one);

/// "0.04217", "12.34", "152,500": four digits or all before the point, for people. Not for numbers
/// below 0.
std::string format_rate(double rate);

}  // namespace parallel_run::base
