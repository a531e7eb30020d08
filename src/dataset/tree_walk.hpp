// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/stat.h>

#include <cstddef>
#include <deque>
#include <string>

#include "dataset/file_source.hpp"
#include "dataset/ordered_names.hpp"
#include "dataset/path_pattern.hpp"

namespace parallel_run::dataset {

/// The files below a directory that a pattern means, depth first, each directory in byte order.
/// Only directories that can hold a match are listed, each when its turn comes, and only the names
/// of those from the root to the present one are kept.
///
/// Files are regular files and symbolic links, unless these lead to something else: a dangling link
/// counts, so that it fails where a user sees it. Links to directories are followed; below a `**` a
/// directory is not entered again from inside itself.
class TreeWalk : public FileSource {
public:
    /// `subject` names the input in messages, `why_empty` is what to say of no file at all. Reads
    /// nothing yet.
    TreeWalk(std::string subject, std::string_view root, PathPattern pattern,
             std::string why_empty);

    std::optional<std::string_view> next(const std::stop_token& stop) override;
    [[nodiscard]] std::string why_empty() const override { return why_empty_; }

private:
    using Positions = PathPattern::Positions;

    struct Level {
        explicit Level(Positions initial) : positions(initial) {}
        Positions positions;
        std::size_t path_size = 0;  ///< of the directory, the slash included
        dev_t device = 0;
        ino_t inode = 0;
        OrderedNames names;
    };

    bool visit(const Level& level, const Entry& entry, const std::stop_token& stop);
    void enter_directory(Positions positions, const std::stop_token& stop);
    void list(Level& level, const std::stop_token& stop);
    [[nodiscard]] bool wanted(Positions positions, const Entry& entry) const;
    [[nodiscard]] bool is_inside_itself(const Level& level) const;
    [[nodiscard]] std::optional<EntryKind> look_at_path() const;
    [[noreturn]] void refuse(const std::string& action, int code) const;

    std::string subject_;
    PathPattern pattern_;
    std::string why_empty_;
    std::string path_;  ///< what is being visited
    bool started_ = false;
    std::deque<Level> levels_;
};

}  // namespace parallel_run::dataset
