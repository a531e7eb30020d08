// SPDX-License-Identifier: Apache-2.0
#include "child.hpp"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <ostream>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <utility>

namespace parallel_run::whole {

namespace {

using Clock = std::chrono::steady_clock;

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
    std::vector<char*> pointers;
    for (auto& text : texts) pointers.push_back(text.data());
    pointers.push_back(nullptr);
    return pointers;
}

/// In the new process: becomes the program, or ends with 127.
[[noreturn]] void become(Words words, const Environment& environment,
                         const std::string& directory) {
    std::vector<std::string> variables;
    for (const auto& [name, value] : environment) variables.push_back(name + "=" + value);
    if (::chdir(directory.c_str()) == 0) {
        ::execvpe(words.front().c_str(), pointers_to(words).data(), pointers_to(variables).data());
    }
    ::perror(words.front().c_str());
    ::_exit(127);
}

void redirect(const std::string& path, int flags, int number) {
    ::dup2(::open(path.c_str(), flags | O_CLOEXEC, 0666), number);
}

int status_of(int wait_status) {
    return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

/// Reaps the child; -1 and the end of its group when it does not end by itself.
int wait_for(pid_t child, Clock::time_point deadline) {
    int status = 0;
    const auto ended = [&] { return ::waitpid(child, &status, WNOHANG) == child; };
    const auto left = std::chrono::ceil<std::chrono::seconds>(deadline - Clock::now());
    if (wait_until(ended, left)) return status_of(status);
    ::kill(-child, SIGKILL);
    ::waitpid(child, &status, 0);
    return -1;
}

bool is_zombie(const std::string& process) {
    const auto text = content_of(process + "/stat");
    const auto name_end = text.rfind(") ");
    return name_end == std::string::npos || text.compare(name_end + 2, 1, "Z") == 0;
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const Finished& finished) {
    return out << "status " << finished.status << "\nstdout: " << finished.out
               << "\nstderr: " << finished.err;
}

Child::Child(const Words& words, const Environment& environment, const std::string& directory,
             const std::string& said)
    : said_(said), pid_(::fork()) {
    if (pid_ != 0) return;
    ::setpgid(0, 0);
    redirect("/dev/null", O_RDONLY, STDIN_FILENO);
    redirect(said + ".out", O_WRONLY | O_CREAT | O_TRUNC, STDOUT_FILENO);
    redirect(said + ".err", O_WRONLY | O_CREAT | O_TRUNC, STDERR_FILENO);
    become(words, environment, directory);
}

Child::~Child() {
    if (pid_ > 0) wait_for(pid_, Clock::now());
}

void Child::signal(int number) const { ::kill(pid_, number); }

Finished Child::wait(std::chrono::seconds limit) {
    Finished finished;
    finished.status = wait_for(std::exchange(pid_, -1), Clock::now() + limit);
    finished.out = content_of(said_ + ".out");
    finished.err = content_of(said_ + ".err");
    return finished;
}

Finished run_on_terminal(const Words& words, const Environment& environment,
                         const std::string& directory, std::chrono::seconds limit,
                         const std::function<std::string(const std::string&)>& on_text) {
    const winsize size{24, 100, 0, 0};
    int terminal = -1;
    const auto deadline = Clock::now() + limit;
    const pid_t child = ::forkpty(&terminal, nullptr, nullptr, &size);
    if (child < 0) throw std::runtime_error("there is no pseudo terminal");
    if (child == 0) become(words, environment, directory);

    Finished finished;
    std::array<char, 4096> part{};
    while (Clock::now() < deadline) {
        pollfd readable{terminal, POLLIN, 0};
        if (::poll(&readable, 1, 100) <= 0) continue;
        const auto got = ::read(terminal, part.data(), part.size());
        if (got <= 0) break;  // nobody has the terminal open any more
        finished.out.append(part.data(), static_cast<std::size_t>(got));
        const auto typed = on_text(finished.out);
        if (::write(terminal, typed.data(), typed.size()) < 0) break;
    }
    finished.status = wait_for(child, deadline);
    ::close(terminal);
    return finished;
}

std::string content_of(const std::string& path) {
    std::ostringstream content;
    content << std::ifstream(path, std::ios::binary).rdbuf();  // unlike an iterator never throws
    return content.str();
}

std::vector<pid_t> processes_marked(const std::string& mark) {
    std::vector<pid_t> found;
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
        const auto process = entry.path().string();
        const auto pid = static_cast<pid_t>(std::atoi(entry.path().filename().c_str()));
        if (pid <= 0 || pid == ::getpid() || is_zombie(process)) continue;
        const auto text = content_of(process + "/environ") + content_of(process + "/cmdline");
        if (text.find(mark) != std::string::npos) found.push_back(pid);
    }
    return found;
}

std::string describe(const std::vector<pid_t>& pids) {
    std::string text;
    for (const auto pid : pids) {
        auto words = content_of("/proc/" + std::to_string(pid) + "/cmdline");
        for (auto& c : words) c = c == '\0' ? ' ' : c;
        text += std::to_string(pid) + ": " + words + "\n";
    }
    return text;
}

bool wait_until(const std::function<bool()>& condition, std::chrono::seconds limit) {
    using namespace std::chrono_literals;
    const auto deadline = Clock::now() + limit;
    while (!condition()) {
        if (Clock::now() > deadline) return false;
        std::this_thread::sleep_for(5ms);
    }
    return true;
}

}  // namespace parallel_run::whole
