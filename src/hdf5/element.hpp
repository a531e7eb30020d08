// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <parallel_run/entry_script.h>

#include "hdf5/handle.hpp"

namespace parallel_run::hdf5 {

/// How text lies in an element, and where it ends.
enum class Text : std::uint8_t {
    none,        ///< numbers
    terminated,  ///< at the first zero byte, or at its full size
    zero_padded,
    space_padded,
    variable,  ///< a pointer to text that a zero byte ends, or to nothing
};

/// What becomes a column: the element itself, or a member of a compound.
struct Member {
    std::string name;  ///< in a compound, of a nested one "a.b"; else empty
    parallel_run_type type = PARALLEL_RUN_TEXT;
    Text text = Text::none;
    std::vector<std::uint64_t> dimensions;  ///< of an array type
    std::uint64_t count = 1;                ///< values in it: the product of the dimensions
    std::size_t offset = 0;                 ///< in the element
    std::size_t size = 0;                   ///< of one value, in bytes
};

/// The element of a dataset, as it lies in memory after reading.
struct Element {
    Handle type;  ///< for H5Dread
    std::size_t size = 0;
    std::vector<Member> members;  ///< by offset

    [[nodiscard]] bool is_plain_number() const {
        return members.size() == 1 && members[0].text == Text::none && members[0].size != 0 &&
               members[0].count * members[0].size == size;
    }
    [[nodiscard]] bool has_variable_text() const;
};

/// Numbers in the machine's own form: integers of 1, 2, 4, 8 bytes, float32, float64 (an odd size
/// grows to the next one, half precision to float32), an enumeration and a bit field as integers.
/// Throws table::ReadError for a type that no column can have; `where` names the dataset.
Element element_of(hid_t file_type, const std::string& where);

/// "int8" ... "float64", "text".
const char* name_of(parallel_run_type type);

}  // namespace parallel_run::hdf5
