// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include <parallel_run/entry_script.h>

namespace parallel_run::table {

/// Replaces what a vector of spans holds, by pointer. The vector grows in steps that stay in the
/// cache and is not to be used before finish().
class SpanWriter {
public:
    explicit SpanWriter(std::vector<parallel_run_span>& spans) : spans_(spans) {
        spans_.clear();
        next_ = end_ = spans_.data();
    }

    /// For so many more: add() does not look.
    void make_room(std::size_t count) {
        if (static_cast<std::size_t>(end_ - next_) < count) grow(count);
    }
    void add(std::size_t begin, std::size_t size) {
        *next_++ = {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(size)};
    }
    [[nodiscard]] std::size_t size() const {
        return static_cast<std::size_t>(next_ - spans_.data());
    }
    void cut_to(std::size_t size) { next_ = spans_.data() + size; }
    void finish() { spans_.resize(size()); }

private:
    static constexpr std::size_t kStep = 1024;

    void grow(std::size_t count) {
        const auto used = size();
        spans_.resize(used + std::max(count, kStep));
        next_ = spans_.data() + used;
        end_ = spans_.data() + spans_.size();
    }

    std::vector<parallel_run_span>& spans_;
    parallel_run_span* next_ = nullptr;
    parallel_run_span* end_ = nullptr;
};

}  // namespace parallel_run::table
