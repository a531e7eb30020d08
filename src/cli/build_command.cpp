// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>

#include "base/error.hpp"
#include "cli/commands.hpp"
#include "cli/script_compiler.hpp"

namespace parallel_run::cli {
namespace {

constexpr const char* kUsage = "parallel-run build SOURCE [-o SCRIPT.so] [-- compiler flags ...]";

struct BuildWords {
    std::string source;
    std::string output;
    std::vector<std::string> flags;
};

BuildWords read_words(const std::vector<std::string>& words) {
    BuildWords result;
    const auto end = std::find(words.begin(), words.end(), "--");
    if (end != words.end()) result.flags.assign(end + 1, words.end());
    for (auto word = words.begin(); word != end; ++word) {
        if (*word == "-o" || *word == "--output") {
            if (++word == end) throw base::UsageError("-o needs the path of the script to write");
            result.output = *word;
        } else if (word->rfind('-', 0) == 0) {
            throw base::UsageError("build has no option " + *word +
                                   "; flags for the compiler come after --: " + kUsage);
        } else if (!result.source.empty()) {
            throw base::UsageError("build takes one source, not " + result.source + " and " +
                                   *word + "; further sources are flags: " + kUsage);
        } else {
            result.source = *word;
        }
    }
    if (result.source.empty()) throw base::UsageError(std::string("build what? ") + kUsage);
    if (result.output.empty()) {
        result.output = std::filesystem::path(result.source).stem().string() + ".so";
    }
    return result;
}

}  // namespace

int build_command(const std::vector<std::string>& words) {
    const auto build = read_words(words);
    ScriptCompiler(build.source, build.flags).compile(build.output);
    return 0;
}

}  // namespace parallel_run::cli
