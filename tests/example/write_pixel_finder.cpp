// SPDX-License-Identifier: Apache-2.0
#include <png.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>

/// A model whose right answers are known without running it, for examples/onnx_scoring: the scores
/// of its 12 classes are the 12 pixels of a 4x3 image, for any batch size. With it, images of
/// one bright pixel named after that pixel's index.
namespace {

constexpr int kWidth = 4;
constexpr int kHeight = 3;
constexpr int kPixels = kWidth * kHeight;
constexpr std::uint8_t kBright = 200;

// Protocol buffers, the part that a small ONNX file needs: sizes and numbers below 128.
std::string number(int field, int value) {
    return {static_cast<char>(field << 3), static_cast<char>(value)};
}
std::string bytes(int field, const std::string& content) {
    if (content.size() > 127) throw std::logic_error("the model grew: encode longer sizes");
    return std::string{static_cast<char>(field << 3 | 2), static_cast<char>(content.size())} +
           content;
}

std::string tensor(const std::string& name, const std::string& dimensions) {
    constexpr int kFloat = 1;
    return bytes(1, name) + bytes(2, bytes(1, number(1, kFloat) + bytes(2, dimensions)));
}

std::string dimension(int size) { return bytes(1, number(1, size)); }

std::string model() {
    const std::string batch = bytes(1, bytes(2, "N"));
    const std::string node = bytes(1, "image") + bytes(2, "scores") + bytes(4, "Flatten");
    const std::string image = batch + dimension(1) + dimension(kHeight) + dimension(kWidth);
    const std::string graph = bytes(1, node) + bytes(2, "pixels") +
                              bytes(11, tensor("image", image)) +
                              bytes(12, tensor("scores", batch + dimension(kPixels)));
    constexpr int kIrVersion = 3;
    constexpr int kOpset = 8;
    return number(1, kIrVersion) + bytes(7, graph) + bytes(8, number(2, kOpset));
}

void write_image(const std::filesystem::path& directory, int i) {
    std::array<std::uint8_t, kPixels> pixels{};
    const int bright = i * 5 % kPixels;
    pixels[static_cast<std::size_t>(bright)] = kBright;
    png_image png{};
    png.version = PNG_IMAGE_VERSION;
    png.width = kWidth;
    png.height = kHeight;
    png.format = PNG_FORMAT_GRAY;
    const std::string name = "image" + std::to_string(i) + "_" + std::to_string(bright) + ".png";
    if (png_image_write_to_file(&png, (directory / name).c_str(), 0, pixels.data(), 0, nullptr) ==
        0) {
        throw std::runtime_error("cannot write " + name + ": " + png.message);
    }
}

}  // namespace

int main(int argc, char** argv) try {
    if (argc != 3) {
        std::cerr << "usage: write_pixel_finder MODEL IMAGE_DIRECTORY\n";
        return 2;
    }
    std::ofstream(argv[1], std::ios::binary) << model();
    std::filesystem::create_directories(argv[2]);
    constexpr int kImages = 30;
    for (int i = 0; i < kImages; ++i) write_image(argv[2], i);
    return 0;
} catch (const std::exception& error) {
    std::cerr << "write_pixel_finder: " << error.what() << '\n';
    return 1;
}
