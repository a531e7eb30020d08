// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "table/format.hpp"

namespace parallel_run::table {

/// One record of delimited text, taken apart byte by byte: what is well-formed, and why something
/// is not, is decided here. Memory is kept from one record to the next.
class DelimitedRecord {
public:
    /// A field as it stands in the record, without the quotes around it.
    struct Field {
        std::size_t begin = 0;
        std::size_t size = 0;
        bool doubled = false;  ///< quotes inside are

        bool operator==(const Field&) const = default;
    };

    /// Of the format: delimiter, quote, multi_line.
    explicit DelimitedRecord(const Format& format);

    /// Takes apart a record without its line end; returns nullptr, or why it is malformed. The
    /// first `kept` fields are kept, all are counted.
    const char* split(std::string_view record, std::size_t kept);

    [[nodiscard]] const std::vector<Field>& fields() const { return fields_; }
    [[nodiscard]] std::size_t field_count() const { return field_count_; }

private:
    const char* take_field(std::string_view record, std::size_t& at, Field& field) const;
    const char* take_quoted(std::string_view record, std::size_t& at, Field& field) const;
    const char* take_plain(std::string_view record, std::size_t& at, Field& field) const;

    char delimiter_;
    std::optional<char> quote_;
    bool multi_line_;
    std::vector<Field> fields_;
    std::size_t field_count_ = 0;
};

/// Copies text in which each quote is doubled, with one for two; returns how many bytes these are.
std::size_t undouble_quotes(std::string_view text, char quote, char* to);

}  // namespace parallel_run::table
