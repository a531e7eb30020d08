// SPDX-License-Identifier: Apache-2.0
#include "journal/lock_holder.hpp"

#include <unistd.h>
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "base/time_format.hpp"

namespace parallel_run::journal {

namespace {

constexpr std::string_view kTitle = "parallel-run lock 1";
constexpr std::size_t kCheckLine = 6 + 16 + 1;          // "check ", hexadecimal, line break
constexpr std::size_t kBeatLine = 5 + kBeatDigits + 1;  // "beat ", decimal, line break

std::string hexadecimal(std::uint64_t value) {
    std::array<char, 17> text{};
    std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(value));
    return text.data();
}

std::string first_line(const char* path) {
    std::ifstream file(path);
    std::string line;
    std::getline(file, line);
    return line;
}

/// The state and the start time of a process of this PID namespace; nothing if it cannot be seen.
struct Process {
    char state = 0;
    std::uint64_t started = 0;
};
std::optional<Process> look_at(pid_t pid) {
    auto line = first_line(("/proc/" + std::to_string(pid) + "/stat").c_str());
    const auto name_end = line.rfind(')');  // the name may hold anything
    if (name_end == std::string::npos) return std::nullopt;
    std::istringstream fields(line.substr(name_end + 1));
    Process process;
    fields >> process.state;
    std::string skipped;
    for (int field = 4; field < 22; ++field) fields >> skipped;
    fields >> process.started;
    return fields ? std::optional(process) : std::nullopt;
}

Fate fate_on_this_kernel(const LockHolder& holder) {
    if (const auto process = look_at(holder.pid)) {
        const bool ended = process->state == 'Z' || process->state == 'X';
        return ended || process->started != holder.started ? Fate::gone : Fate::running;
    }
    // Other users' processes may be hidden in /proc.
    return ::kill(holder.pid, 0) != 0 && errno == ESRCH ? Fate::gone : Fate::running;
}

std::string scheduler_job() {
    for (const auto& [variable, scheduler] :
         {std::pair("SLURM_JOB_ID", "Slurm job "), std::pair("PBS_JOBID", "PBS job ")}) {
        if (const auto* id = std::getenv(variable)) return scheduler + std::string(id);
    }
    return {};
}

std::string one_line(std::string text) {
    std::replace_if(
        text.begin(), text.end(), [](unsigned char letter) { return letter < ' '; }, '?');
    return text;
}

/// Takes "`key` value\n" off the front. Nothing, and nothing more, if that is not what is there.
class LineReader {
public:
    explicit LineReader(std::string_view text) : rest_(text) {}

    std::string text(std::string_view key) {
        const auto end = rest_.find('\n');
        const auto line = rest_.substr(0, end);
        if (end == std::string_view::npos || !line.starts_with(key) ||
            line.substr(key.size(), 1) != " ") {
            ok_ = false;
            return {};
        }
        rest_.remove_prefix(end + 1);
        return std::string(line.substr(key.size() + 1));
    }
    template <typename T>
    T number(std::string_view key) {
        const auto word = text(key);
        T value = 0;
        const auto* const end = word.data() + word.size();
        const auto [stop, error] = std::from_chars(word.data(), end, value);
        ok_ = ok_ && error == std::errc() && stop == end;
        return value;
    }
    [[nodiscard]] bool finished() const { return ok_ && rest_.empty(); }

private:
    std::string_view rest_;
    bool ok_ = true;
};

}  // namespace

LockHolder this_process() {
    LockHolder self;
    std::array<char, 256> host{};
    ::gethostname(host.data(), host.size() - 1);
    self.host = host.data();
    self.machine = first_line("/etc/machine-id");
    self.boot = first_line("/proc/sys/kernel/random/boot_id");
    std::error_code unknown;
    self.pid_namespace = std::filesystem::read_symlink("/proc/self/ns/pid", unknown).string();
    self.pid = ::getpid();
    if (const auto process = look_at(self.pid)) self.started = process->started;
    self.job = one_line(scheduler_job());
    self.since = base::format_iso8601(std::chrono::system_clock::now());
    std::random_device random;
    self.token = hexadecimal(std::uint64_t{random()} << 32 | random());
    return self;
}

std::string describe(const LockHolder& holder) {
    const auto job = holder.job.empty() ? "" : " (" + holder.job + ")";
    return "process " + std::to_string(holder.pid) + " on " + holder.host + job + ", since " +
           holder.since;
}

std::string encode(const LockHolder& holder) {
    std::string text(kTitle);
    text += "\nhost " + holder.host + "\nmachine " + holder.machine + "\nboot " + holder.boot +
            "\npid_namespace " + holder.pid_namespace + "\npid " + std::to_string(holder.pid) +
            "\nstarted " + std::to_string(holder.started) + "\njob " + holder.job + "\nsince " +
            holder.since + "\ntoken " + holder.token + "\n";
    const auto check = hexadecimal(XXH3_64bits(text.data(), text.size()));
    return text + "check " + check + "\nbeat " + beat_text(0) + "\n";
}

std::optional<LockHolder> decode(std::string_view content) {
    if (content.size() < kCheckLine + kBeatLine) return std::nullopt;
    const auto covered = content.substr(0, content.size() - kCheckLine - kBeatLine);
    const auto check = hexadecimal(XXH3_64bits(covered.data(), covered.size()));
    const auto checked = content.substr(covered.size(), kCheckLine);
    if (!covered.starts_with(kTitle) || checked != "check " + check + "\n") return std::nullopt;

    LockHolder holder;
    LineReader lines(covered.substr(kTitle.size() + 1));
    holder.host = lines.text("host");
    holder.machine = lines.text("machine");
    holder.boot = lines.text("boot");
    holder.pid_namespace = lines.text("pid_namespace");
    holder.pid = lines.number<pid_t>("pid");
    holder.started = lines.number<std::uint64_t>("started");
    holder.job = lines.text("job");
    holder.since = lines.text("since");
    holder.token = lines.text("token");
    return lines.finished() ? std::optional(holder) : std::nullopt;
}

std::string beat_text(std::uint64_t beat) {
    auto digits = std::to_string(beat);
    return std::string(kBeatDigits - digits.size(), '0') + digits;
}

std::size_t beat_offset(std::string_view content) { return content.size() - kBeatDigits - 1; }

Fate fate_of(const LockHolder& holder, const LockHolder& self) {
    if (!holder.boot.empty() && holder.boot == self.boot) {
        const bool comparable =
            !holder.pid_namespace.empty() && holder.pid_namespace == self.pid_namespace;
        return comparable && holder.pid > 0 ? fate_on_this_kernel(holder) : Fate::unknown;
    }
    // Two machines may bear one name ("localhost"), or be copies of one image.
    const bool rebooted = !holder.boot.empty() && !self.boot.empty() && !holder.machine.empty() &&
                          holder.machine == self.machine && holder.host == self.host;
    return rebooted ? Fate::gone : Fate::unknown;
}

}  // namespace parallel_run::journal
