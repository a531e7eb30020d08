// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <png.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>

namespace digits {

inline constexpr std::size_t kSide = 28;
inline constexpr std::size_t kPixels = kSide * kSide;

/// Grey values row by row; the digit is bright on dark.
using Image = std::array<std::uint8_t, kPixels>;

/// A file is not an image that the network can take; the message is for the one who owns the file.
class ImageError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Reads any kind of PNG (palette, colour, 16 bits) as grey. Throws ImageError.
inline Image read_png(const std::string& path) {
    png_image png{};
    png.version = PNG_IMAGE_VERSION;
    if (png_image_begin_read_from_file(&png, path.c_str()) == 0) {
        throw ImageError(std::string("is not a readable PNG: ") + png.message);
    }
    if (png.width != kSide || png.height != kSide) {
        const std::string size = std::to_string(png.width) + "x" + std::to_string(png.height);
        png_image_free(&png);
        throw ImageError("is " + size + " pixels, the network takes 28x28");
    }
    png.format = PNG_FORMAT_GRAY;
    Image image;
    const png_color black{};  // behind transparent pixels
    if (png_image_finish_read(&png, &black, image.data(), 0, nullptr) == 0) {
        throw ImageError(std::string("is a damaged PNG: ") + png.message);
    }
    return image;
}

/// Throws ImageError.
inline void write_png(const std::string& path, const Image& image) {
    png_image png{};
    png.version = PNG_IMAGE_VERSION;
    png.width = kSide;
    png.height = kSide;
    png.format = PNG_FORMAT_GRAY;
    if (png_image_write_to_file(&png, path.c_str(), 0, image.data(), 0, nullptr) == 0) {
        throw ImageError("cannot write " + path + ": " + png.message);
    }
}

}  // namespace digits
