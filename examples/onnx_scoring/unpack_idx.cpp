// SPDX-License-Identifier: Apache-2.0
#include "idx_file.hpp"

#include <png.h>

#include <cstddef>
#include <filesystem>
#include <iostream>
#include <stdexcept>
#include <string>

#include "../command_line.hpp"

namespace {

namespace options = examples::options;

void write_png(const std::string& path, const idx::LabelledImages& images, std::size_t i) {
    png_image png{};
    png.version = PNG_IMAGE_VERSION;
    png.width = static_cast<png_uint_32>(images.width);
    png.height = static_cast<png_uint_32>(images.height);
    png.format = PNG_FORMAT_GRAY;
    if (png_image_write_to_file(&png, path.c_str(), 0, images.image(i), 0, nullptr) == 0) {
        throw std::runtime_error("cannot write " + path + ": " + png.message);
    }
}

int unpack(const options::variables_map& given) {
    const auto images = idx::read_labelled_images(given["images"].as<std::string>(),
                                                  given["labels"].as<std::string>());
    const std::filesystem::path directory = given["directory"].as<std::string>();
    std::filesystem::create_directories(directory);
    for (std::size_t i = 0; i < images.count; ++i) {
        write_png(directory / images.name(i), images, i);
    }
    std::cout << "unpacked " << images.count << " images to " << directory.string() << '\n';
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    options::options_description known(
        "unpack_idx IMAGES LABELS DIRECTORY: writes the images of an idx file (MNIST's format) as "
        "PNG files with the label in the name");
    known.add_options()("images", options::value<std::string>()->required(), "idx file, or .gz")(
        "labels", options::value<std::string>()->required(), "idx file, or .gz")(
        "directory", options::value<std::string>()->required(), "for the images");
    return examples::run_program(argc, argv, known, {"images", "labels", "directory"}, unpack);
}
