// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "digit_image.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace digits {

inline constexpr std::size_t kHidden = 128;
inline constexpr std::size_t kClasses = 10;

/// outputs = bias + inputs * weights. The weights of one input lie together, so the inner loop runs
/// over neighbours in memory (compilers vectorise it) and an input of zero, a dark pixel, is free.
struct Layer {
    Layer(std::size_t input_count, std::size_t output_count)
        : inputs(input_count),
          outputs(output_count),
          weights(input_count * output_count),
          bias(output_count) {}

    void apply(std::span<const float> in, std::span<float> out) const {
        std::copy(bias.begin(), bias.end(), out.begin());
        for (std::size_t i = 0; i < inputs; ++i) {
            if (in[i] == 0) continue;
            const float* row = &weights[i * outputs];
            for (std::size_t o = 0; o < outputs; ++o) out[o] += in[i] * row[o];
        }
    }

    std::size_t inputs;
    std::size_t outputs;
    std::vector<float> weights;  ///< inputs x outputs
    std::vector<float> bias;     ///< outputs
};

/// Every value on the way from pixels to scores; training goes the way back over them.
struct Activations {
    std::array<float, kPixels> pixels;  ///< 0 to 1
    std::array<float, kHidden> hidden;  ///< after the rectifier
    std::array<float, kClasses> scores;
};

/// Two dense layers with a rectifier between them.
struct Network {
    Layer hidden{kPixels, kHidden};
    Layer output{kHidden, kClasses};

    void forward(const Image& image, Activations& values) const {
        std::transform(image.begin(), image.end(), values.pixels.begin(),
                       [](std::uint8_t pixel) { return static_cast<float>(pixel) / 255.0F; });
        hidden.apply(values.pixels, values.hidden);
        for (float& value : values.hidden) value = std::max(value, 0.0F);
        output.apply(values.hidden, values.scores);
    }

    int classify(const Image& image) const {
        Activations values;
        forward(image, values);
        const auto best = std::max_element(values.scores.begin(), values.scores.end());
        return static_cast<int>(best - values.scores.begin());
    }
};

}  // namespace digits
