// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdlib.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "table/format.hpp"
#include "table/range.hpp"
#include "table/reader.hpp"
#include "table/table.hpp"

namespace parallel_run::table {

/// A directory with the files of one test.
class TextFiles {
public:
    TextFiles() : path_((std::filesystem::temp_directory_path() / "table_test.XXXXXX").string()) {
        if (::mkdtemp(path_.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
    }
    ~TextFiles() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TextFiles(const TextFiles&) = delete;
    TextFiles& operator=(const TextFiles&) = delete;

    [[nodiscard]] std::string path(const std::string& name) const { return path_ + "/" + name; }

    [[nodiscard]] std::string write(const std::string& name, std::string_view text) const {
        std::ofstream file(path(name), std::ios::binary);
        file.write(text.data(), static_cast<std::streamsize>(text.size()));
        file.close();
        if (!file) throw std::runtime_error("cannot write " + path(name));
        return path(name);
    }

private:
    std::string path_;
};

/// One gzip member.
inline std::string gzipped(std::string_view text) {
    z_stream state{};
    if (::deflateInit2(&state, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
        throw std::runtime_error("deflateInit2 failed");
    }
    std::string compressed(::deflateBound(&state, text.size()), '\0');
    state.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    state.avail_in = static_cast<uInt>(text.size());
    state.next_out = reinterpret_cast<Bytef*>(compressed.data());
    state.avail_out = static_cast<uInt>(compressed.size());
    ::deflate(&state, Z_FINISH);
    compressed.resize(state.total_out);
    ::deflateEnd(&state);
    return compressed;
}

/// One Zstandard frame.
inline std::string zstandard(std::string_view text) {
    std::string compressed(::ZSTD_compressBound(text.size()), '\0');
    compressed.resize(
        ::ZSTD_compress(compressed.data(), compressed.size(), text.data(), text.size(), 1));
    return compressed;
}

inline std::string message_of(const auto& action) {
    try {
        action();
    } catch (const std::exception& error) {
        return error.what();
    }
    return "no exception";
}

/// A field; "<absent>" for one that the record does not have.
inline std::string field(const Table& table, std::size_t row, std::size_t column) {
    const auto& span = table.fields.at(row * table.columns.size() + column);
    if (span.size == PARALLEL_RUN_ABSENT) return "<absent>";
    return std::string(table.bytes.view().substr(span.begin, span.size));
}

/// A record of a table, well-formed or not.
struct SeenRecord {
    std::uint64_t position = 0;
    std::string text;  ///< empty: bad
};

/// All records of a table in their order.
inline std::vector<SeenRecord> records_of(const Table& table) {
    std::vector<SeenRecord> seen;
    for (const auto& bad : table.bad_records) seen.push_back({bad.position, ""});
    for (const auto& span : table.records) {
        seen.push_back({table.position + span.begin,
                        std::string(table.bytes.view().substr(span.begin, span.size))});
    }
    std::sort(seen.begin(), seen.end(),
              [](const auto& a, const auto& b) { return a.position < b.position; });
    return seen;
}

inline Format format_of(Kind kind, std::vector<std::string> columns,
                        config::Header header = config::Header::none) {
    Format format;
    format.kind = kind;
    format.columns = std::move(columns);
    format.header = header;
    return format;
}

inline Format lines_format() { return format_of(Kind::lines, {"line"}); }

inline Format delimited_format(std::vector<std::string> columns, config::Header header) {
    return format_of(Kind::delimited, std::move(columns), header);
}

/// Random text, seeded: short and long stretches between what matters to a reader.
class RandomText {
public:
    explicit RandomText(std::uint64_t seed) : random_(seed) {}

    std::size_t below(std::size_t bound) { return random_() % bound; }

    std::string text(const std::vector<std::string>& pieces) {
        std::string text = below(4) == 0 ? "\xef\xbb\xbf" : "";
        const auto count = below(5) == 0 ? below(40) : below(400);
        const auto filler = below(3) == 0 ? 2 + below(300) : 1;
        for (std::size_t i = 0; i < count; ++i) {
            text += pieces[below(pieces.size())];
            if (below(4) == 0) text.append(below(filler), 'x');
        }
        return text;
    }

    /// Begin and end of parts that follow each other and cover `size` bytes.
    std::vector<std::uint64_t> cuts(std::uint64_t size) {
        std::vector<std::uint64_t> cuts{0, size};
        for (auto i = below(12); i > 0; --i) cuts.push_back(below(size + 1));
        std::sort(cuts.begin(), cuts.end());
        return cuts;
    }

private:
    std::mt19937_64 random_;
};

}  // namespace parallel_run::table
