// SPDX-License-Identifier: Apache-2.0
#include "whole_test.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>

namespace parallel_run::whole {

namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr auto kLimit = 60s;      // for a program
constexpr auto kLeaveLimit = 5s;  // for its processes to be gone after it

/// Ours without what belongs to a launcher or a terminal.
Environment clean_environment() {
    Environment result;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string text = *entry;
        const auto name = text.substr(0, text.find('='));
        const auto belongs_elsewhere = [&](const char* prefix) {
            return name.rfind(prefix, 0) == 0;
        };
        constexpr std::array kElsewhere = {"OMPI_", "PMIX_", "PRTE_", "SLURM_", "NO_COLOR"};
        if (std::none_of(kElsewhere.begin(), kElsewhere.end(), belongs_elsewhere)) {
            result[name] = text.substr(std::min(text.size(), name.size() + 1));
        }
    }
    return result;
}

}  // namespace

WholeTest::WholeTest() : environment_(clean_environment()) {
    auto name = (fs::temp_directory_path() / "whole.XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
    root_ = working_directory_ = name;
    fs::create_directories(path("said"));
    fs::create_directories(path("tmp"));
    environment_["TMPDIR"] = path("tmp");
    environment_["XDG_CACHE_HOME"] = path("cache");
    environment_["TERM"] = "xterm";
}

WholeTest::~WholeTest() {
    std::error_code ignored;
    fs::remove_all(root_, ignored);
}

void WholeTest::TearDown() {
    const auto all_gone = [this] { return processes_marked(root_).empty(); };
    if (wait_until(all_gone, kLeaveLimit)) return;
    const auto survivors = processes_marked(root_);
    ADD_FAILURE() << "still running:\n" << describe(survivors);
    for (const auto pid : survivors) ::kill(pid, SIGKILL);
}

std::string WholeTest::path(std::string_view relative) const {
    return relative.empty() ? root_ : root_ + "/" + std::string(relative);
}

bool WholeTest::exists(const std::string& relative) const { return fs::exists(path(relative)); }

std::string WholeTest::read(const std::string& relative) const {
    std::ifstream file(path(relative), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

Words WholeTest::lines(const std::string& relative) const {
    std::istringstream text(read(relative));
    Words result;
    for (std::string line; std::getline(text, line);) result.push_back(line);
    std::sort(result.begin(), result.end());
    return result;
}

std::string WholeTest::logged(const std::string& folder) const {
    std::string text;
    const auto root = path("out/logs/" + folder);
    if (!fs::exists(root)) return text;
    for (const auto& entry : fs::recursive_directory_iterator(root)) {
        if (entry.is_regular_file()) text += read(fs::relative(entry.path(), root_));
    }
    return text;
}

void WholeTest::write(const std::string& relative, std::string_view text) const {
    fs::create_directories(fs::path(path(relative)).parent_path());
    std::ofstream(path(relative), std::ios::binary) << text;
}

void WholeTest::make_files(const std::string& folder, const Words& names) const {
    for (const auto& name : names) write(folder + "/" + name, name);
}

Words WholeTest::make_files(const std::string& folder, int count, const std::string& prefix) const {
    Words names;
    for (int i = 0; i < count; ++i) {
        std::array<char, 16> number{};
        std::snprintf(number.data(), number.size(), "%04d", i);
        names.push_back(prefix + number.data());
    }
    make_files(folder, names);
    return names;
}

void WholeTest::make_step(const std::string& script, const std::string& more) const {
    write("step.conf", "entry_script = " + script + "\ninput = data\noutput = out\n" + more);
}

Words WholeTest::command(const std::string& name, const Words& more) const {
    Words words = {program(), name, path("step.conf")};
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

Words WholeTest::under_mpirun(int ranks, const Words& more) const {
    Words words = {PARALLEL_RUN_MPIRUN, "--oversubscribe", "-n", std::to_string(ranks)};
    if (::geteuid() == 0) words.insert(words.begin() + 1, "--allow-run-as-root");
    const auto ours = command("run", more);
    words.insert(words.end(), ours.begin(), ours.end());
    return words;
}

std::unique_ptr<Child> WholeTest::start(const Words& words) {
    return std::make_unique<Child>(words, environment_, working_directory_,
                                   path("said/" + std::to_string(started_++)));
}

Finished WholeTest::run(const Words& words) { return start(words)->wait(kLimit); }

Finished WholeTest::run_on_terminal(const Words& words, const std::string& awaited,
                                    const std::string& type) {
    bool typed = false;
    return whole::run_on_terminal(words, environment_, working_directory_, kLimit,
                                  [&](const std::string& shown) -> std::string {
                                      if (typed || shown.find(awaited) == std::string::npos) {
                                          return "";
                                      }
                                      typed = true;
                                      return type;
                                  });
}

std::string program() { return PARALLEL_RUN_PROGRAM; }

std::string entry_script(const std::string& name) {
    return PARALLEL_RUN_ENTRY_SCRIPTS "/" + name + ".so";
}

std::string host_name() {
    std::array<char, 256> name{};
    ::gethostname(name.data(), name.size() - 1);
    return name.data();
}

testing::AssertionResult ended_with(int status, const Finished& finished) {
    if (finished.status == status) return testing::AssertionSuccess();
    return testing::AssertionFailure() << "not status " << status << " but " << finished;
}

testing::AssertionResult says(const std::string& text, const std::string& part) {
    if (text.find(part) != std::string::npos) return testing::AssertionSuccess();
    return testing::AssertionFailure() << "there is no '" << part << "' in:\n" << text;
}

std::size_t count_of(const std::string& text, const std::string& part) {
    std::size_t count = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
    return count;
}

}  // namespace parallel_run::whole
