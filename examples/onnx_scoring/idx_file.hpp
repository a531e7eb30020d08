// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zlib.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace idx {

/// An array of unsigned bytes as the idx format keeps it: a magic number with the count of
/// dimensions, their sizes (32 bits, big-endian), the bytes.
struct Array {
    std::vector<std::size_t> shape;
    std::vector<std::uint8_t> bytes;
};

/// Reads an idx file, plain or compressed by gzip. Throws std::runtime_error.
inline Array read_file(const std::string& path) {
    const std::unique_ptr<gzFile_s, int (*)(gzFile)> file(gzopen(path.c_str(), "rb"), gzclose);
    if (!file) throw std::runtime_error("cannot open " + path);
    const auto read = [&](std::uint8_t* to, std::size_t size) {
        if (gzfread(to, 1, size, file.get()) != size) {
            throw std::runtime_error(path + " ends too early or is damaged");
        }
    };

    std::uint8_t magic[4];
    read(magic, sizeof magic);
    constexpr std::uint8_t kUnsignedBytes = 8;
    if (magic[0] != 0 || magic[1] != 0 || magic[2] != kUnsignedBytes) {
        throw std::runtime_error(path + " is not an idx file of unsigned bytes");
    }
    Array array;
    std::size_t count = 1;
    for (int dimension = 0; dimension < magic[3]; ++dimension) {
        std::uint8_t size[4];
        read(size, sizeof size);
        array.shape.push_back(std::size_t{size[0]} << 24 | std::size_t{size[1]} << 16 |
                              std::size_t{size[2]} << 8 | size[3]);
        count *= array.shape.back();
    }
    array.bytes.resize(count);
    read(array.bytes.data(), count);
    return array;
}

/// Images with a label each.
struct LabelledImages {
    std::size_t count;
    std::size_t height;
    std::size_t width;
    std::vector<std::uint8_t> pixels;
    std::vector<std::uint8_t> labels;

    const std::uint8_t* image(std::size_t i) const { return &pixels[i * height * width]; }

    /// "image_00042_7.png" for a 7.
    std::string name(std::size_t i) const {
        const std::string number = std::to_string(i);
        const std::string zeros(number.size() < 5 ? 5 - number.size() : 0, '0');
        return "image_" + zeros + number + "_" + std::to_string(labels[i]) + ".png";
    }
};

inline LabelledImages read_labelled_images(const std::string& images, const std::string& labels) {
    Array pixels = read_file(images);
    Array classes = read_file(labels);
    if (pixels.shape.size() != 3) throw std::runtime_error(images + " has no images");
    if (classes.shape != std::vector<std::size_t>{pixels.shape[0]}) {
        throw std::runtime_error(labels + " does not have one label for each image");
    }
    return {pixels.shape[0], pixels.shape[1], pixels.shape[2], std::move(pixels.bytes),
            std::move(classes.bytes)};
}

}  // namespace idx
