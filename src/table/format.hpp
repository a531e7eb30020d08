// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/codec.hpp"
#include "config/step.hpp"

namespace parallel_run::table {

enum class Kind : std::uint8_t { delimited, json_lines, lines, hdf5 };

/// How the files of one input become rows. Survey makes it on rank 0 from the step and the input's
/// first file; worker processes get it before init().
struct Format {
    Kind kind = Kind::lines;
    char delimiter = ',';                               ///< delimited
    std::optional<char> quote = '"';                    ///< delimited; nothing: no character quotes
    config::Header header = config::Header::all_files;  ///< delimited
    bool multi_line = false;            ///< delimited: line breaks between quotes are data
    std::vector<std::string> datasets;  ///< hdf5: paths inside each file

    /// The columns that every file is to have, as the first one has them. delimited: their names.
    /// json_lines: the members of the first record. lines: "line". hdf5: name and type, "x:
    /// float32[3]".
    std::vector<std::string> columns;
    std::string first_file;

    bool operator==(const Format&) const = default;
};

void encode(const Format& format, base::Encoder& out);
/// Fails the decoder where the bytes are no format.
Format decode_format(base::Decoder& in);

}  // namespace parallel_run::table
