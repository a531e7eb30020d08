// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parallel_run::dataset {

/// A glob relative to a directory. `*`, `?` and `[...]` match within one path component, byte by
/// byte; the component `**` matches any number of directories, also none, and at the end every file
/// below. A wildcard does not match a leading dot, as in a shell; a backslash is an ordinary byte,
/// `[*]` an asterisk. Matches files only.
///
/// A walk carries the set of components that may match next, so that each directory is entered once
/// however many ways lead to it, and only if something below may match.
class PathPattern {
public:
    using Positions = std::uint64_t;  ///< bit i: component i may match next
    static constexpr std::size_t kMaxComponents = 64;

    /// Every file below the directory, hidden ones too.
    static PathPattern everything();

    /// Nothing when `text` has too many components.
    static std::optional<PathPattern> parse(std::string_view text);

    [[nodiscard]] Positions start() const { return through_any_depth(1); }

    /// Whether a file of this name in a directory at `positions` is meant.
    [[nodiscard]] bool accepts(Positions positions, const char* name) const;

    /// The positions in the subdirectory of this name; 0: nothing in there can match.
    [[nodiscard]] Positions enter(Positions positions, const char* name) const;

    /// Whether positions may stay the same for ever as directories are entered.
    [[nodiscard]] bool any_depth(Positions positions) const;

    /// If only certain names can match next: these; a directory need not be listed then.
    [[nodiscard]] std::optional<std::vector<std::string>> only_names(Positions positions) const;

private:
    enum class Kind { literal, wildcard, any_depth };
    struct Component {
        Kind kind;
        std::string text;
    };

    [[nodiscard]] Positions through_any_depth(Positions positions) const;
    [[nodiscard]] bool matches(const Component& component, const char* name) const;
    [[nodiscard]] Positions last() const { return Positions{1} << (components_.size() - 1); }

    std::vector<Component> components_;  ///< never empty, never ends with any_depth
    int fnmatch_flags_ = 0;
};

/// A glob cut before its first component with a wildcard.
struct SplitGlob {
    std::string directory;
    std::string pattern;
};

/// Nothing when the path has no wildcard. Precondition: `path` is absolute.
std::optional<SplitGlob> split_glob(std::string_view path);

}  // namespace parallel_run::dataset
