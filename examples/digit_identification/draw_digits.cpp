// SPDX-License-Identifier: Apache-2.0
#include "digit_drawing.hpp"
#include "digit_image.hpp"

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <iostream>
#include <string>

#include "../command_line.hpp"

namespace {

namespace options = examples::options;

/// "digit_000123_7.png": the label is in the name, so that rows can be checked by themselves.
std::string file_name(std::uint64_t number, int label) {
    char text[64];
    std::snprintf(text, sizeof text, "digit_%06llu_%d.png", static_cast<unsigned long long>(number),
                  label);
    return text;
}

int draw(const options::variables_map& given) {
    const std::filesystem::path directory = given["directory"].as<std::string>();
    const auto count = given["count"].as<std::uint64_t>();
    std::filesystem::create_directories(directory);
    digits::DigitSource source(given["seed"].as<std::uint64_t>());
    for (std::uint64_t i = 0; i < count; ++i) {
        const auto [label, image] = source.next();
        digits::write_png(directory / file_name(i, label), image);
    }
    std::cout << "drew " << count << " digits in " << directory.string() << '\n';
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    options::options_description known("draw_digits DIRECTORY [options]: draws labelled digits");
    known.add_options()("directory", options::value<std::string>()->required(), "for the images")(
        "count", options::value<std::uint64_t>()->default_value(4000), "of images")(
        "seed", options::value<std::uint64_t>()->default_value(1),
        "the same seed draws the same images");
    return examples::run_program(argc, argv, known, {"directory"}, draw);
}
