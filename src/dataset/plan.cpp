// SPDX-License-Identifier: Apache-2.0
#include "dataset/plan.hpp"

#include <vector>

#include "base/codec.hpp"
#include "base/error.hpp"
#include "base/size.hpp"
#include "dataset/file_source.hpp"

namespace parallel_run::dataset {

namespace {

constexpr std::size_t kMaxDescriptorBytes = std::size_t{64} << 20;

}  // namespace

class Plan::State {
public:
    explicit State(const config::Step& step) : mini_batch_size_(step.mini_batch_size) {
        for (const auto& input : step.input)
            inputs_.push_back({describe(input), open_input(input)});
    }

    std::uint32_t append_next(std::string& out, const std::stop_token& stop);

private:
    struct Input {
        std::string subject;  ///< for messages
        std::unique_ptr<FileSource> files;
    };

    std::uint32_t gather(const std::stop_token& stop);
    void finish_input();

    std::uint64_t mini_batch_size_;
    std::vector<Input> inputs_;
    std::uint32_t current_ = 0;  ///< position in inputs_
    bool current_has_files_ = false;
    std::string gathered_;  ///< the encoded paths of the mini-batch being made
};

std::uint32_t Plan::State::append_next(std::string& out, const std::stop_token& stop) {
    while (current_ < inputs_.size() && !stop.stop_requested()) {
        if (const auto files = gather(stop); files > 0) {
            base::Encoder encoder(out);
            encoder.varint(current_);
            encoder.varint(files);
            out += gathered_;
            current_has_files_ = true;
            return files;
        }
        if (!stop.stop_requested()) finish_input();
    }
    return 0;
}

/// Collects the paths of the next mini-batch of the current input; returns their number.
std::uint32_t Plan::State::gather(const std::stop_token& stop) {
    auto& input = inputs_[current_];
    gathered_.clear();
    base::Encoder encoder(gathered_);
    std::uint32_t files = 0;
    while (files < mini_batch_size_) {
        const auto path = input.files->next(stop);
        if (!path) break;
        encoder.string(*path);
        ++files;
        if (gathered_.size() > kMaxDescriptorBytes) {
            throw base::UsageError(input.subject + ": the paths of one mini-batch take more than " +
                                   base::format_bytes(kMaxDescriptorBytes) +
                                   ". Choose a mini_batch_size below " + std::to_string(files) +
                                   ".");
        }
    }
    return files;
}

void Plan::State::finish_input() {
    auto& input = inputs_[current_];
    if (!current_has_files_) {
        throw base::UsageError(input.subject + " has no file: " + input.files->why_empty() +
                               ". Correct the path, or leave the input out.");
    }
    input.files.reset();
    current_has_files_ = false;
    ++current_;
}

Plan::Plan(const config::Step& step) : state_(std::make_unique<State>(step)) {}
Plan::Plan(Plan&&) noexcept = default;
Plan& Plan::operator=(Plan&&) noexcept = default;
Plan::~Plan() = default;

std::optional<Descriptor> Plan::next() {
    std::string bytes;
    if (append_next(bytes) == 0) return std::nullopt;
    DescriptorView view;
    decode(bytes, view);
    return Descriptor{view.input, {view.files.begin(), view.files.end()}};
}

std::uint32_t Plan::append_next(std::string& out, const std::stop_token& stop) {
    return state_->append_next(out, stop);
}

}  // namespace parallel_run::dataset
