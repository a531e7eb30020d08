// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace parallel_run::stacks {

struct Function {
    std::string name;  ///< demangled
    std::string file;  ///< of the source; empty: not known
    int line = 0;
};

/// What ELF files say about their code: symbols and DWARF, also in separate files below
/// /usr/lib/debug. There are two implementations: without libdw (package libdw-dev) nothing is ever
/// known. Files stay open.
class DebugInformation {
public:
    DebugInformation();
    ~DebugInformation();

    /// The functions at an offset in a file, the innermost first; none: nothing is known.
    std::vector<Function> functions_at(const std::string& path, std::uint64_t offset);

private:
    class Files;
    std::unique_ptr<Files> files_;
};

}  // namespace parallel_run::stacks
