// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "config/step.hpp"
#include "dataset/descriptor.hpp"

namespace parallel_run::dataset {

/// The mini-batches of a step, one after another. The n-th has index n, and the sequence is the same
/// for the same input in every run: inputs in the order given; the files of a directory or glob in byte
/// order of their paths, component by component; a list in its own order. A mini-batch never mixes
/// inputs. Directories are listed as the plan advances, so the first mini-batch costs the listing of
/// the first directory only.
class Plan {
public:
    /// Looks at each input's first path component only as far as needed to say that it does not exist.
    /// Throws base::UsageError naming the input.
    explicit Plan(const config::Step& step);
    Plan(Plan&&) noexcept;
    Plan& operator=(Plan&&) noexcept;
    ~Plan();

    /// The next mini-batch, or nothing at the end. Throws base::UsageError for an input without any
    /// file (naming it) and base::EnvironmentError when a directory or list cannot be read.
    std::optional<Descriptor> next();

private:
    class State;
    std::unique_ptr<State> state_;
};

}  // namespace parallel_run::dataset
