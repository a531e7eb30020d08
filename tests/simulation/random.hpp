// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace parallel_run::simulation {

/// SplitMix64 with distributions of our own: a seed means the same on every platform and with every
/// standard library.
class Random {
public:
    explicit Random(std::uint64_t seed) : state_(seed) {}

    std::uint64_t next() {
        state_ += 0x9e3779b97f4a7c15;
        auto z = state_;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }

    /// 0 to n - 1; n must not be 0.
    std::uint64_t below(std::uint64_t n) { return next() % n; }

    /// low to high, both included.
    template <typename Integer>
    Integer between(Integer low, Integer high) {
        const auto width = static_cast<std::uint64_t>(high - low) + 1;
        return static_cast<Integer>(low + static_cast<Integer>(below(width)));
    }

    /// In [0, 1).
    double uniform() { return static_cast<double>(next() >> 11) * 0x1p-53; }

    bool chance(double probability) { return uniform() < probability; }

    /// About N(0, 1), by the sum of twelve uniforms.
    double normal() {
        double sum = -6;
        for (int i = 0; i < 12; ++i) sum += uniform();
        return sum;
    }

    /// A number of all magnitudes alike: 1 to 2^bits.
    std::uint64_t magnitude(unsigned bits) {
        const auto highest = std::uint64_t{1} << below(bits);
        return highest + below(highest) + 1;
    }

private:
    std::uint64_t state_;
};

}  // namespace parallel_run::simulation
