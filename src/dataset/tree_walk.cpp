// SPDX-License-Identifier: Apache-2.0
#include "dataset/tree_walk.hpp"

#include <dirent.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <memory>
#include <utility>
#include <vector>

#include "base/error.hpp"

namespace parallel_run::dataset {

namespace {

struct CloseDirectory {
    void operator()(DIR* directory) const { ::closedir(directory); }
};
using Directory = std::unique_ptr<DIR, CloseDirectory>;

/// Nothing for what is no input (a socket, a device) and for "." and "..".
std::optional<Entry> to_entry(const dirent& raw) {
    const std::string_view name = raw.d_name;
    if (name == "." || name == "..") return std::nullopt;
    switch (raw.d_type) {
        case DT_REG: return Entry{raw.d_name, EntryKind::file};
        case DT_DIR: return Entry{raw.d_name, EntryKind::directory};
        case DT_LNK:
        case DT_UNKNOWN: return Entry{raw.d_name, EntryKind::unknown};
        default: return std::nullopt;
    }
}

}  // namespace

TreeWalk::TreeWalk(std::string subject, std::string_view root, PathPattern pattern,
                   std::string why_empty)
    : subject_(std::move(subject)),
      pattern_(std::move(pattern)),
      why_empty_(std::move(why_empty)),
      path_(root.substr(0, root.find_last_not_of('/') + 1)) {}

std::optional<std::string_view> TreeWalk::next(const std::stop_token& stop) {
    if (!std::exchange(started_, true)) enter_directory(pattern_.start(), stop);
    while (!levels_.empty() && !stop.stop_requested()) {
        auto& level = levels_.back();
        path_.resize(level.path_size);
        const auto entry = level.names.next();
        if (!entry) {
            levels_.pop_back();
            continue;
        }
        path_ += entry->name;
        if (visit(level, *entry, stop)) return path_;
    }
    return std::nullopt;
}

/// Whether path_ is a file of the input; enters it if it is a directory that may hold some.
bool TreeWalk::visit(const Level& level, const Entry& entry, const std::stop_token& stop) {
    const auto kind = entry.kind == EntryKind::unknown ? look_at_path() : entry.kind;
    if (kind == EntryKind::file) return pattern_.accepts(level.positions, entry.name);
    if (kind == EntryKind::directory) {
        const auto positions = pattern_.enter(level.positions, entry.name);
        if (positions != 0) enter_directory(positions, stop);
    }
    return false;
}

void TreeWalk::enter_directory(Positions positions, const std::stop_token& stop) {
    auto& level = levels_.emplace_back(positions);
    level.path_size = path_.size() + 1;
    if (auto names = pattern_.only_names(positions)) {
        for (const auto& name : *names) level.names.add(name.c_str(), EntryKind::unknown);
    } else {
        list(level, stop);
    }
    path_ += '/';
}

void TreeWalk::list(Level& level, const std::stop_token& stop) {
    const Directory directory(::opendir(path_.empty() ? "/" : path_.c_str()));
    struct stat status {};
    if (!directory || ::fstat(::dirfd(directory.get()), &status) != 0) refuse("list", errno);
    level.device = status.st_dev;
    level.inode = status.st_ino;
    if (pattern_.any_depth(level.positions) && is_inside_itself(level)) return;
    while (!stop.stop_requested()) {
        errno = 0;
        const auto* const raw = ::readdir(directory.get());
        if (raw == nullptr && errno != 0) refuse("list", errno);
        if (raw == nullptr) return;
        const auto entry = to_entry(*raw);
        if (entry && wanted(level.positions, *entry)) level.names.add(entry->name, entry->kind);
    }
}

bool TreeWalk::wanted(Positions positions, const Entry& entry) const {
    return (entry.kind != EntryKind::directory && pattern_.accepts(positions, entry.name)) ||
           (entry.kind != EntryKind::file && pattern_.enter(positions, entry.name) != 0);
}

bool TreeWalk::is_inside_itself(const Level& level) const {
    return std::any_of(levels_.begin(), std::prev(levels_.end()), [&](const Level& outer) {
        return outer.device == level.device && outer.inode == level.inode;
    });
}

/// What is at path_; nothing if nothing is, or something that is no input.
std::optional<EntryKind> TreeWalk::look_at_path() const {
    struct stat status {};
    const auto found = ::stat(path_.c_str(), &status) == 0;
    if (!found && ::lstat(path_.c_str(), &status) == 0) return EntryKind::file;
    if (!found && (errno == ENOENT || errno == ENOTDIR)) return std::nullopt;
    if (!found) refuse("look at", errno);
    if (S_ISREG(status.st_mode)) return EntryKind::file;
    if (S_ISDIR(status.st_mode)) return EntryKind::directory;
    return std::nullopt;
}

void TreeWalk::refuse(const std::string& action, int code) const {
    throw base::EnvironmentError(
        base::system_error_text(subject_ + ": cannot " + action + " " + path_, code) +
        ". Make it accessible on this host and leave it unchanged while the step runs, or leave it "
        "out of the input.");
}

}  // namespace parallel_run::dataset
