// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace parallel_run::dataset {

/// The parameter partition_format: which parts of a file's path are values of which names.
/// "{year}-{month}/{name}.wav" says it of paths of two components. A name in braces stands for one
/// byte or more of one component; where there are several ways to match, the names before take as
/// little as they can. Everything else stands for itself.
class PartitionFormat {
public:
    /// The failure says what is wrong and what to give instead.
    static base::Result<PartitionFormat> parse(std::string_view text);

    /// In the order in which they stand.
    [[nodiscard]] const std::vector<std::string>& names() const { return names_; }

    /// Puts the value of each name into `values`, as views into `path`, which is relative and
    /// begins with no slash. Returns whether it matches.
    bool match(std::string_view path, std::vector<std::string_view>& values) const;

private:
    /// Literal, value, literal, value, ... literal; the literals may be empty at the ends.
    using Component = std::vector<std::string>;

    base::Result<bool> add_component(std::string_view text);
    static bool match(const Component& literals, std::string_view component,
                      std::vector<std::string_view>& values);

    std::vector<Component> components_;  ///< the literals of each
    std::vector<std::string> names_;
};

}  // namespace parallel_run::dataset
