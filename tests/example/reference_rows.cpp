// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstddef>
#include <exception>
#include <iostream>
#include <string>

#include <opencv2/dnn.hpp>

#include "onnx_scoring/idx_file.hpp"

/// What examples/onnx_scoring must find for MNIST, computed without it: straight from the idx
/// files, with no image files and no parallel-run. Prints "name: class" for each image.
int main(int argc, char** argv) try {
    if (argc != 4) {
        std::cerr << "usage: reference_rows MODEL IMAGES LABELS\n";
        return 2;
    }
    const auto images = idx::read_labelled_images(argv[2], argv[3]);
    cv::dnn::Net net = cv::dnn::readNetFromONNX(argv[1]);
    cv::setNumThreads(1);

    const int height = static_cast<int>(images.height);
    const int width = static_cast<int>(images.width);
    cv::Mat input({1, 1, height, width}, CV_32F);
    for (std::size_t i = 0; i < images.count; ++i) {
        std::copy_n(images.image(i), images.height * images.width, input.ptr<float>());
        net.setInput(input);
        const cv::Mat scores = net.forward();
        const float* first = scores.ptr<float>();
        std::cout << images.name(i) << ": "
                  << std::max_element(first, first + scores.total()) - first << '\n';
    }
    return 0;
} catch (const std::exception& error) {
    std::cerr << "reference_rows: " << error.what() << '\n';
    return 1;
}
