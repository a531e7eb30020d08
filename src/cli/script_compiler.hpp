// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace parallel_run::cli {

/// Whether the name's ending is that of a source that can be an entry script.
bool is_script_source(const std::string& path);

/// How one source becomes an entry script: the compiler that its ending calls for (CXX, CC, FC or
/// CUDACXX, else g++, gcc, gfortran or nvcc), and all flags. The compiler runs in the source's
/// directory, so relative paths among the flags start there.
class ScriptCompiler {
public:
    /// Throws base::UsageError when the source is no such file or its compiler is not here, or for
    /// a directive in it that cannot be followed.
    ScriptCompiler(const std::string& source, const std::vector<std::string>& user_flags);

    /// Compiles into `output`, which appears whole or not at all; replaces what is there. Returns
    /// the files that went into it but for system headers. The compiler's warnings go to stderr.
    /// Throws base::UsageError with the compiler's words when the source does not compile.
    std::vector<std::string> compile(const std::string& output) const;

    /// Everything but the included files that the result depends on.
    [[nodiscard]] std::string identity() const;

private:
    std::string source_;     // absolute
    std::string directory_;  // of the source
    std::string text_;       // of the source
    std::vector<std::string> compiler_;
    std::string version_;  // as the compiler gives it
    std::vector<std::string> flags_;
    std::vector<std::string> user_flags_;  // after the source: libraries count from there on
};

/// The files named by a compiler's dependency file (a rule of make).
std::vector<std::string> prerequisites(std::string_view rule);

}  // namespace parallel_run::cli
