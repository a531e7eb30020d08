// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace parallel_run::quality {

struct Report {
    std::size_t files = 0;                ///< looked at
    std::vector<std::string> violations;  ///< "FILE:LINE: reason", paths relative to the root
};

/// Who may include whom. A floor (a folder of src/) may include itself and the floors that its
/// CMakeLists.txt links, directly or through them; it may link only those that src/CMakeLists.txt
/// lists before it. Third parties stay where docs/architecture.md puts them, and public headers
/// know nothing of src/.
Report check_includes(const std::filesystem::path& root);

/// Every source file and script says its license in the first line, or the second after "#!".
Report check_license_lines(const std::filesystem::path& root);

}  // namespace parallel_run::quality
