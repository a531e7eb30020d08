// SPDX-License-Identifier: Apache-2.0
#include "digit_drawing.hpp"
#include "digit_network.hpp"
#include "weights_file.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <random>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "../command_line.hpp"

namespace {

namespace options = examples::options;
using digits::kClasses;
using digits::kHidden;

constexpr std::uint64_t kImages = 100'000;  // drawn afresh: none is seen twice
constexpr std::uint64_t kBatch = 50;
constexpr std::uint64_t kUnseen = 10'000;
constexpr float kFirstRate = 2e-3F;
constexpr double kLeastAccuracy = 97;  // percent

/// Adam on the weights of one layer.
class LayerTrainer {
public:
    explicit LayerTrainer(digits::Layer& layer)
        : layer_(layer),
          gradient_(layer.inputs, layer.outputs),
          weights_(layer.weights.size()),
          bias_(layer.bias.size()) {}

    /// Adds one image's share: what came in, and how the loss changes with what went out.
    void add(std::span<const float> in, std::span<const float> slope) {
        for (std::size_t i = 0; i < layer_.inputs; ++i) {
            if (in[i] == 0) continue;
            float* row = &gradient_.weights[i * layer_.outputs];
            for (std::size_t o = 0; o < layer_.outputs; ++o) row[o] += in[i] * slope[o];
        }
        for (std::size_t o = 0; o < layer_.outputs; ++o) gradient_.bias[o] += slope[o];
    }

    void step(std::uint64_t number, float rate) {
        const auto t = static_cast<float>(number);
        const float corrected =
            rate * std::sqrt(1 - std::pow(kBeta2, t)) / (1 - std::pow(kBeta1, t));
        update(layer_.weights, gradient_.weights, weights_, corrected);
        update(layer_.bias, gradient_.bias, bias_, corrected);
    }

private:
    static constexpr float kBeta1 = 0.9F;
    static constexpr float kBeta2 = 0.999F;

    struct Moments {
        explicit Moments(std::size_t count) : mean(count), square(count) {}
        std::vector<float> mean;
        std::vector<float> square;
    };

    static void update(std::vector<float>& values, std::vector<float>& gradient, Moments& moments,
                       float rate) {
        for (std::size_t i = 0; i < values.size(); ++i) {
            const float slope = gradient[i] / static_cast<float>(kBatch);
            moments.mean[i] = kBeta1 * moments.mean[i] + (1 - kBeta1) * slope;
            moments.square[i] = kBeta2 * moments.square[i] + (1 - kBeta2) * slope * slope;
            values[i] -= rate * moments.mean[i] / (std::sqrt(moments.square[i]) + 1e-8F);
        }
        std::fill(gradient.begin(), gradient.end(), 0.0F);
    }

    digits::Layer& layer_;
    digits::Layer gradient_;
    Moments weights_;
    Moments bias_;
};

void randomise(digits::Layer& layer, std::mt19937_64& random) {
    std::normal_distribution<float> start(0, std::sqrt(2.0F / static_cast<float>(layer.inputs)));
    for (float& weight : layer.weights) weight = start(random);
}

/// How the cross-entropy of the softmax changes with each score.
std::array<float, kClasses> score_slopes(const std::array<float, kClasses>& scores, int label) {
    const float highest = *std::max_element(scores.begin(), scores.end());
    std::array<float, kClasses> slopes;
    float sum = 0;
    for (std::size_t c = 0; c < kClasses; ++c) sum += slopes[c] = std::exp(scores[c] - highest);
    for (float& slope : slopes) slope /= sum;
    slopes[static_cast<std::size_t>(label)] -= 1;
    return slopes;
}

std::array<float, kHidden> hidden_slopes(const digits::Layer& output,
                                         const std::array<float, kClasses>& slopes,
                                         const std::array<float, kHidden>& hidden) {
    std::array<float, kHidden> result{};
    for (std::size_t h = 0; h < kHidden; ++h) {
        if (hidden[h] == 0) continue;  // the rectifier let nothing through
        for (std::size_t c = 0; c < kClasses; ++c) {
            result[h] += output.weights[h * kClasses + c] * slopes[c];
        }
    }
    return result;
}

digits::Network train(std::uint64_t seed) {
    std::mt19937_64 random(seed);
    digits::Network network;
    randomise(network.hidden, random);
    randomise(network.output, random);

    LayerTrainer hidden(network.hidden);
    LayerTrainer output(network.output);
    digits::DigitSource source(seed);
    digits::Activations values;
    constexpr std::uint64_t kSteps = kImages / kBatch;
    for (std::uint64_t step = 1; step <= kSteps; ++step) {
        for (std::uint64_t i = 0; i < kBatch; ++i) {
            const auto [label, image] = source.next();
            network.forward(image, values);
            const auto slopes = score_slopes(values.scores, label);
            output.add(values.hidden, slopes);
            hidden.add(values.pixels, hidden_slopes(network.output, slopes, values.hidden));
        }
        const float done = static_cast<float>(step - 1) / kSteps;
        hidden.step(step, kFirstRate * (1 - done));
        output.step(step, kFirstRate * (1 - done));
    }
    return network;
}

double accuracy_percent(const digits::Network& network, std::uint64_t seed) {
    digits::DigitSource source(seed);
    std::uint64_t right = 0;
    for (std::uint64_t i = 0; i < kUnseen; ++i) {
        const auto [label, image] = source.next();
        if (network.classify(image) == label) ++right;
    }
    return 100.0 * static_cast<double>(right) / kUnseen;
}

int train_and_write(const options::variables_map& given) {
    const auto seed = given["seed"].as<std::uint64_t>();
    const digits::Network network = train(seed);
    const double accuracy = accuracy_percent(network, seed + 1);
    std::printf("%.1f %% of %llu unseen digits right\n", accuracy,
                static_cast<unsigned long long>(kUnseen));
    if (accuracy < kLeastAccuracy) throw std::runtime_error("the training did not converge");
    digits::write_weights(given["weights"].as<std::string>(), network);
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    options::options_description known("train_digits WEIGHTS [options]: trains on drawn digits");
    known.add_options()("weights", options::value<std::string>()->required(),
                        "file to write, HDF5")("seed",
                                               options::value<std::uint64_t>()->default_value(2026),
                                               "the same seed gives the same weights");
    return examples::run_program(argc, argv, known, {"weights"}, train_and_write);
}
