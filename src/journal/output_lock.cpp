// SPDX-License-Identifier: Apache-2.0
#include "journal/output_lock.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <thread>
#include <utility>

#include "base/error.hpp"
#include "base/unique_fd.hpp"
#include "journal/storage.hpp"

namespace parallel_run::journal {

namespace {

constexpr OutputLock::Time kLookEvery = std::chrono::seconds(1);

[[noreturn]] void refused(const std::string& what, int code = errno) {
    throw base::EnvironmentError(base::system_error_text(what, code));
}

void write_new_file(const std::string& path, std::string_view content) {
    const base::UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    if (!fd) refused("cannot create " + path);
    const auto count = ::write(fd.get(), content.data(), content.size());
    const bool whole = count == static_cast<ssize_t>(content.size());
    if (whole && ::fsync(fd.get()) == 0) return;
    const int code = count >= 0 && !whole ? ENOSPC : errno;
    ::unlink(path.c_str());
    refused("cannot write to " + path, code);
}

}  // namespace

LockSurroundings real_surroundings(std::function<void(const std::string&)> tell) {
    return {this_process(), [] { return std::chrono::steady_clock::now().time_since_epoch(); },
            [](LockSurroundings::Time time) { std::this_thread::sleep_for(time); },
            std::move(tell)};
}

OutputLock::OutputLock(const std::string& output, LockSurroundings surroundings)
    : output_(output), path_(lock_path(output)), surroundings_(std::move(surroundings)) {
    if (auto error = PosixStorage().make_directory(state_directory(output)); !error.empty()) {
        throw base::EnvironmentError(error);
    }
    acquire();
}

OutputLock::~OutputLock() {
    if (::getpid() != surroundings_.self.pid) return;  // a child's copy
    try {
        release();
    } catch (const std::exception&) {  // whoever comes next finds that this process is gone
    }
}

// A lock that is there changes hands only through a claim: a file named after the holder's token,
// which can be made once. So there is one claimant, and while it has not moved its claim into the
// lock's place yet, whoever follows the chain of claims sees it as the holder.
void OutputLock::acquire() {
    while (true) {
        const auto seen = chain();
        if (seen.empty()) {
            if (publish(path_, surroundings_.self)) return;
        } else if (is_stale(seen.back())) {
            if (take_place(seen)) return;
        }
    }
}

std::optional<OutputLock::Seen> OutputLock::look(const std::string& path) const {
    auto content = PosixStorage().read(path);
    if (!content) throw base::EnvironmentError(content.error());
    if (!content.value()) return std::nullopt;
    Seen seen{path, std::move(*content.value()), {}, {}};
    seen.holder = decode(seen.content);
    if (seen.holder) {
        seen.token = seen.holder->token;
    } else {
        const auto named = path + seen.content;
        seen.token = "damaged-" + std::to_string(XXH3_64bits(named.data(), named.size()));
    }
    return seen;
}

std::vector<OutputLock::Seen> OutputLock::chain() const {
    std::vector<Seen> all;
    for (auto seen = look(path_); seen; seen = look(claim_path(all.back().token))) {
        all.push_back(std::move(*seen));
    }
    return all;
}

bool OutputLock::is_stale(const Seen& seen) const {
    const auto fate = seen.holder ? fate_of(*seen.holder, surroundings_.self) : Fate::unknown;
    if (fate == Fate::running) throw base::UsageError(held_by(seen));
    return fate == Fate::gone || never_beats(seen);
}

bool OutputLock::never_beats(const Seen& seen) const {
    surroundings_.tell(seen.path + " says that " + output_ + " is in use by " +
                       (seen.holder ? describe(*seen.holder) : "a job that it does not name") +
                       "; waiting up to " + std::to_string(kStaleAfter / std::chrono::seconds(1)) +
                       " s for a sign of life before taking over");
    const auto deadline = surroundings_.now() + kStaleAfter;
    for (auto now = surroundings_.now(); now < deadline; now = surroundings_.now()) {
        surroundings_.pause(std::min(kLookEvery, deadline - now));
        const auto again = look(seen.path);
        if (!again) return false;
        if (again->content == seen.content) continue;
        if (again->holder && again->token != seen.token) return false;
        throw base::UsageError(held_by(*again));
    }
    return true;
}

bool OutputLock::publish(const std::string& path, const LockHolder& holder) const {
    const auto own = path_ + ".from-" + holder.token;
    write_new_file(own, encode(holder));
    const int code = ::link(own.c_str(), path.c_str()) == 0 ? 0 : errno;
    // The answer to a link() over NFS may get lost; the count of names does not.
    struct stat status {};
    const bool linked = ::stat(own.c_str(), &status) == 0 && status.st_nlink == 2;
    ::unlink(own.c_str());
    if (!linked && code != EEXIST) refused("cannot make " + path + " by a hard link", code);
    return linked;
}

bool OutputLock::take_place(const std::vector<Seen>& stale) const {
    const auto claim = claim_path(stale.back().token);
    if (!publish(claim, surroundings_.self)) return false;
    const auto now = chain();
    if (now.empty() || now.back().token != surroundings_.self.token) {
        ::unlink(claim.c_str());  // of a holder that was replaced meanwhile
        return false;
    }
    if (::rename(claim.c_str(), path_.c_str()) != 0) {
        const int code = errno;
        ::unlink(claim.c_str());
        refused("cannot rename " + claim + " to " + path_, code);
    }
    for (std::size_t i = 1; i < stale.size(); ++i) ::unlink(stale[i].path.c_str());
    return true;
}

std::string OutputLock::claim_path(const std::string& token) const {
    return path_ + ".after-" + token;
}

std::string OutputLock::held_by(const Seen& seen) const {
    const auto who = seen.holder ? describe(*seen.holder)
                                 : "a job that " + seen.path + " does not name (it is damaged)";
    return output_ + " is in use by " + who +
           ". Wait until it ends, stop it, or give this step another output directory.";
}

std::string OutputLock::refresh() {
    try {
        // Opened first: if the lock is this process's after that, it was when it was opened.
        const base::UniqueFd fd(::open(path_.c_str(), O_WRONLY | O_CLOEXEC));
        const int code = errno;
        const auto seen = chain();
        if (seen.empty() || seen.back().token != surroundings_.self.token) {
            lost_ = true;
            return seen.empty() ? path_ + " was removed while this job was using " + output_
                                : held_by(seen.back());
        }
        if (!fd) return base::system_error_text("cannot refresh " + path_, code);
        const auto text = beat_text(++beat_);
        const auto at = static_cast<off_t>(beat_offset(seen.back().content));
        if (::pwrite(fd.get(), text.data(), text.size(), at) >= 0) return {};
        return base::system_error_text("cannot refresh " + path_, errno);
    } catch (const base::EnvironmentError& error) {
        return error.what();
    }
}

void OutputLock::release() const {
    const auto seen = look(path_);
    if (!seen || seen->token != surroundings_.self.token) return;
    auto last = surroundings_.self;
    last.token += "-end";
    const auto claim = claim_path(surroundings_.self.token);
    if (!publish(claim, last)) return;
    ::unlink(path_.c_str());
    ::unlink(claim.c_str());
}

}  // namespace parallel_run::journal
