// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>

namespace parallel_run::simulation {

/// What is simulated broke its word.
class Violation : public std::logic_error {
public:
    using std::logic_error::logic_error;
};

}  // namespace parallel_run::simulation
