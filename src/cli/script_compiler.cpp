// SPDX-License-Identifier: Apache-2.0
#include "cli/script_compiler.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "base/error.hpp"
#include "cli/script_directives.hpp"
#include "cli/subprocess.hpp"
#include "cli/values.hpp"

namespace parallel_run::cli {
namespace {

namespace fs = std::filesystem;

using Words = std::vector<std::string>;

struct Language {
    Words endings;
    const char* variable;  ///< of the environment, that names another compiler
    Words compilers;       ///< the first that is here
    const char* package;   ///< where to get one
    Words flags;
};

const std::vector<Language>& languages() {
    static const std::vector<Language> all = {
        {{".cpp", ".cc", ".cxx"},
         "CXX",
         {"g++"},
         "Debian: apt-get install g++",
         {"-std=c++20", "-fvisibility=hidden", "-Wl,-z,defs"}},
        {{".c"},
         "CC",
         {"gcc"},
         "Debian: apt-get install gcc",
         {"-fvisibility=hidden", "-Wl,-z,defs"}},
        // Without preprocessing gfortran does not say which files it includes.
        {{".f90"}, "FC", {"gfortran"}, "Debian: apt-get install gfortran", {"-cpp", "-Wl,-z,defs"}},
        {{".cu"},
         "CUDACXX",
         {"nvcc", "/usr/local/cuda/bin/nvcc"},
         "the CUDA Toolkit has it",
         {"-std=c++20", "--forward-unknown-to-host-compiler", "-fvisibility=hidden",
          "-Xlinker=-z,defs"}}};
    return all;
}

const Language* language_of(const std::string& path) {
    const auto ending = fs::path(path).extension().string();
    for (const auto& language : languages()) {
        const auto& endings = language.endings;
        if (std::find(endings.begin(), endings.end(), ending) != endings.end()) return &language;
    }
    return nullptr;
}

std::string read_source(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    if (!file) {
        throw base::UsageError(base::system_error_text("cannot read the source " + path, errno) +
                               ". Give the path of a source file that can be read");
    }
    return std::move(text).str();
}

/// The directory of the public headers: beside the program's when installed, else the source
/// tree's.
std::string include_directory() {
    std::error_code error;
    const auto program = fs::read_symlink("/proc/self/exe", error);
    auto installed = program.parent_path().parent_path() / "include";
    if (fs::exists(installed / "parallel_run/entry_script.h", error)) return installed;
    return PARALLEL_RUN_INCLUDE_DIRECTORY;
}

/// The ways to call the compiler, best first.
std::vector<Words> candidates(const Language& language) {
    const char* given = std::getenv(language.variable);
    if (given != nullptr && *given != '\0') return {to_words(given)};
    std::vector<Words> result;
    for (const auto& name : language.compilers) result.push_back({name});
    return result;
}

/// A folder beside a file to be, for what a compiler writes; removed with all its contents.
class WorkFolder {
public:
    explicit WorkFolder(const std::string& beside) : path_(beside + ".XXXXXX") {
        if (::mkdtemp(path_.data()) != nullptr) return;
        throw base::UsageError("cannot write " + beside + ": " +
                               base::system_error_text(path_, errno));
    }
    WorkFolder(const WorkFolder&) = delete;
    WorkFolder& operator=(const WorkFolder&) = delete;
    ~WorkFolder() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    [[nodiscard]] std::string file(const char* name) const { return path_ + "/" + name; }
    [[nodiscard]] const std::string& path() const { return path_; }

private:
    std::string path_;
};

}  // namespace

bool is_script_source(const std::string& path) { return language_of(path) != nullptr; }

ScriptCompiler::ScriptCompiler(const std::string& source, const Words& user_flags)
    : source_(fs::absolute(source)),
      directory_(fs::path(source_).parent_path()),
      text_(read_source(source_)),
      user_flags_(requested_flags(source_, text_)) {
    const auto* language = language_of(source_);
    if (language == nullptr) {
        throw base::UsageError("cannot compile " + source +
                               ": an entry script's source ends in .cpp, .cc, .cxx, .c, .f90 or "
                               ".cu");
    }
    for (const auto& candidate : candidates(*language)) {
        auto words = candidate;
        words.emplace_back("--version");
        const auto answer = run_and_capture(words, directory_);
        if (!answer || answer.value().status != 0) continue;
        compiler_ = candidate;
        version_ = answer.value().output;
        break;
    }
    if (compiler_.empty()) {
        const auto wanted = candidates(*language).front();
        throw base::UsageError(source + " is compiled with " + words_text(wanted) +
                               ", which cannot be run here. Install it (" + language->package +
                               ") or name another compiler in " + language->variable);
    }
    flags_ = language->flags;
    flags_.insert(flags_.end(), {"-O2", "-g", "-shared", "-fPIC", "-I" + include_directory()});
    user_flags_.insert(user_flags_.end(), user_flags.begin(), user_flags.end());
}

std::vector<std::string> ScriptCompiler::compile(const std::string& output) const {
    const WorkFolder folder(fs::absolute(output));
    auto words = compiler_;
    words.insert(words.end(), flags_.begin(), flags_.end());
    if (fs::path(source_).extension() == ".f90") words.push_back("-J" + folder.path());
    words.insert(words.end(),
                 {"-MMD", "-MF", folder.file("inputs"), "-o", folder.file("script"), source_});
    words.insert(words.end(), user_flags_.begin(), user_flags_.end());

    const auto answer = run_and_capture(words, directory_);
    if (!answer) throw base::UsageError(answer.error());
    const auto& finished = answer.value();
    if (finished.status != 0) {
        throw base::UsageError(source_ + " does not compile with " + words_text(compiler_) + ":\n" +
                               finished.output);
    }
    std::cerr << finished.output;
    fs::rename(folder.file("script"), output);
    Words inputs;
    for (const auto& input : prerequisites(read_source(folder.file("inputs")))) {
        const auto path = to_absolute_path(input, directory_);
        // A Fortran module's interface that this very compilation wrote is no input.
        if (fs::path(path).parent_path() != folder.path()) inputs.push_back(path);
    }
    return inputs;
}

std::string ScriptCompiler::identity() const {
    auto parts = compiler_;
    parts.insert(parts.end(), flags_.begin(), flags_.end());
    parts.insert(parts.end(), user_flags_.begin(), user_flags_.end());
    parts.insert(parts.end(), {source_, text_, version_});
    // Where compilers look besides; environment modules set these.
    for (const char* name : {"CPATH", "C_INCLUDE_PATH", "CPLUS_INCLUDE_PATH", "LIBRARY_PATH",
                             "NVCC_PREPEND_FLAGS", "NVCC_APPEND_FLAGS"}) {
        const char* value = std::getenv(name);
        parts.emplace_back(value == nullptr ? "" : value);
    }
    return words_text(parts);
}

std::vector<std::string> prerequisites(std::string_view rule) {
    std::vector<std::string> files;
    const auto colon = rule.find(": ");
    if (colon == std::string_view::npos) return files;
    std::string file;
    const auto finish = [&] {
        if (!file.empty()) files.push_back(std::move(file));
        file.clear();
    };
    for (std::size_t i = colon + 2; i < rule.size(); ++i) {
        const char next = i + 1 < rule.size() ? rule[i + 1] : '\0';
        if (rule[i] == '\\' && next == '\n') {
            finish();
            ++i;
        } else if ((rule[i] == '\\' && (next == ' ' || next == '#')) ||
                   (rule[i] == '$' && next == '$')) {
            file += rule[++i];
        } else if (rule[i] == '\n') {
            break;
        } else if (rule[i] == ' ') {
            finish();
        } else {
            file += rule[i];
        }
    }
    finish();
    return files;
}

}  // namespace parallel_run::cli
