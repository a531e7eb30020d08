// SPDX-License-Identifier: Apache-2.0
// parallel-run: -isystem /usr/include/opencv4
// parallel-run: -lopencv_dnn -lopencv_imgcodecs -lopencv_imgproc -lopencv_core

#include <algorithm>
#include <cstddef>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <opencv2/dnn.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <parallel_run/entry_script.hpp>

namespace pr = parallel_run;

namespace {

double number(const std::string& name, const std::string& text) {
    std::size_t end = 0;
    double value = 0;
    try {
        value = std::stod(text, &end);
    } catch (const std::logic_error&) {
    }
    if (end == 0 || end != text.size()) {
        throw std::invalid_argument(name + " wants a number, not \"" + text + "\"");
    }
    return value;
}

int count(const std::string& name, const std::string& text) {
    const double value = number(name, text);
    if (value < 1 || value > 1 << 20 || value != static_cast<int>(value)) {
        throw std::invalid_argument(name + " wants a whole number of at least 1, not " + text);
    }
    return static_cast<int>(value);
}

/// One number for all channels, or one for each: "0.5" or "0.485,0.456,0.406".
cv::Scalar channel_values(const std::string& name, const std::string& text, int channels) {
    std::istringstream words(text);
    std::vector<double> values;
    for (std::string word; std::getline(words, word, ',');) values.push_back(number(name, word));
    if (values.size() == 1) return cv::Scalar::all(values.front());
    if (values.size() != static_cast<std::size_t>(channels)) {
        throw std::invalid_argument(name + " wants one number or one for each of the " +
                                    std::to_string(channels) + " channels, not " + text);
    }
    cv::Scalar result;
    std::copy(values.begin(), values.end(), result.val);
    return result;
}

/// Turns a file into what the model takes: (pixel * scale - mean) / std, RGB or grey.
class ImageReader {
public:
    explicit ImageReader(const pr::EntryScript& script)
        : size_(count("--width", script.argument("--width", "224")),
                count("--height", script.argument("--height", "224"))),
          channels_(count("--channels", script.argument("--channels", "3"))),
          scale_(number("--scale", script.argument("--scale", "1"))),
          mean_(channel_values("--mean", script.argument("--mean", "0"), channels_)),
          std_(channel_values("--std", script.argument("--std", "1"), channels_)) {
        if (channels_ != 1 && channels_ != 3) {
            throw std::invalid_argument("--channels is 1 (grey) or 3 (RGB)");
        }
    }

    /// Empty when the file is not an image.
    cv::Mat read(const std::string& path) const {
        cv::Mat image = cv::imread(path, channels_ == 1 ? cv::IMREAD_GRAYSCALE : cv::IMREAD_COLOR);
        if (image.empty()) return image;
        if (channels_ == 3) cv::cvtColor(image, image, cv::COLOR_BGR2RGB);
        if (image.size() != size_) cv::resize(image, image, size_, 0, 0, cv::INTER_AREA);
        image.convertTo(image, CV_32F, scale_);
        cv::subtract(image, mean_, image);
        cv::divide(image, std_, image);
        return image;
    }

    cv::Mat black() const { return {size_, CV_MAKETYPE(CV_32F, channels_), cv::Scalar::all(0)}; }

private:
    cv::Size size_;
    int channels_;
    double scale_;
    cv::Scalar mean_;
    cv::Scalar std_;
};

class Classifier {
public:
    explicit Classifier(const std::string& model) : net_(cv::dnn::readNetFromONNX(model)) {}

    /// One row of scores for each image.
    cv::Mat scores(const std::vector<cv::Mat>& images) {
        net_.setInput(cv::dnn::blobFromImages(images));
        return net_.forward().reshape(1, static_cast<int>(images.size()));
    }

private:
    cv::dnn::Net net_;
};

std::optional<ImageReader> reader;
std::optional<Classifier> classifier;
std::size_t batch_size = 1;

/// Finds out before the first mini-batch whether the model takes such input at all.
void try_out(const std::string& model) {
    try {
        classifier->scores(std::vector<cv::Mat>(batch_size, reader->black()));
    } catch (const cv::Exception& error) {
        throw std::invalid_argument(
            model +
            " does not take this input; compare --width, --height and --channels with the "
            "model's, and try --batch_size 1: " +
            error.err);
    }
}

void init() {
    const auto& script = pr::EntryScript::instance();
    cv::setNumThreads(1);  // every core has a worker process of its own
    const std::string model = script.side_input("model").string();
    reader.emplace(script);
    classifier.emplace(model);
    batch_size =
        static_cast<std::size_t>(count("--batch_size", script.argument("--batch_size", "1")));
    try_out(model);
    script.logger().info("{} is ready", model);
}

/// Appends "NAME: CLASS SCORE" for each image; the score is the model's own output.
void classify(const std::vector<std::string>& names, const std::vector<cv::Mat>& images,
              pr::Rows& rows) {
    if (images.empty()) return;
    const cv::Mat scores = classifier->scores(images);
    for (std::size_t i = 0; i < images.size(); ++i) {
        double score = 0;
        cv::Point best;
        cv::minMaxLoc(scores.row(static_cast<int>(i)), nullptr, &score, nullptr, &best);
        rows.append("{}: {} {:.4f}", names[i], best.x, score);
    }
}

pr::Rows run(const pr::MiniBatch& mini_batch) {
    pr::Rows rows;
    std::vector<std::string> names;
    std::vector<cv::Mat> images;
    const auto files = mini_batch.files();
    for (std::size_t i = 0; i < files.size(); ++i) {
        cv::Mat image = reader->read(files[i].string());
        if (image.empty()) {
            rows.fail(i, "is not an image that OpenCV can read");
            continue;
        }
        names.push_back(files[i].filename().string());
        images.push_back(std::move(image));
        if (images.size() == batch_size) {
            classify(names, images, rows);
            names.clear();
            images.clear();
        }
    }
    classify(names, images, rows);
    return rows;
}

}  // namespace

PARALLEL_RUN_ENTRY_SCRIPT(init, run)
