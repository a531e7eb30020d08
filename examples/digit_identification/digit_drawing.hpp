// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "digit_image.hpp"

#include <cstdint>
#include <random>

namespace digits {

struct LabelledImage {
    int label;  ///< 0 to 9
    Image image;
};

/// An endless sequence of drawn digits, the same for the same seed: pen strokes through jittered
/// points, slanted, turned, stretched, shifted, thin or thick, on a noisy ground.
class DigitSource {
public:
    explicit DigitSource(std::uint64_t seed) : random_(seed) {}
    LabelledImage next();

private:
    std::mt19937_64 random_;
};

}  // namespace digits
