// SPDX-License-Identifier: Apache-2.0
#include "dataset/plan.hpp"

#include <utility>
#include <vector>

#include "base/codec.hpp"
#include "base/error.hpp"
#include "base/size.hpp"
#include "dataset/file_partitions.hpp"
#include "dataset/file_source.hpp"
#include "dataset/table_partitions.hpp"
#include "dataset/table_parts.hpp"

namespace parallel_run::dataset {

class Plan::State {
public:
    State(config::Step step, std::shared_ptr<PlanTasks> tasks)
        : step_(std::move(step)), tasks_(std::move(tasks)) {
        for (const auto& input : step_.input)
            inputs_.push_back({describe(input), open_input(input)});
    }
    State(const State&) = delete;  // parts_ refers to the members
    State& operator=(const State&) = delete;

    std::optional<std::uint32_t> append_next(std::string& out, const std::stop_token& stop);

private:
    struct Input {
        std::string subject;  ///< for messages
        std::unique_ptr<FileSource> files;
    };

    std::optional<std::uint32_t> append_files(std::string& out, const std::stop_token& stop);
    std::optional<std::uint32_t> append_group(std::string& out, const std::stop_token& stop);
    std::optional<std::uint32_t> append_part(std::string& out, const std::stop_token& stop);
    std::optional<std::uint32_t> append_gathered(std::string& out, const std::stop_token& stop);
    std::uint32_t gather(const std::stop_token& stop);
    void finish_input();

    const config::Step step_;
    std::shared_ptr<PlanTasks> tasks_;
    // Of the current input: tables by size or by key, files by key.
    std::optional<TableParts> parts_;
    std::optional<TablePartitions> table_partitions_;
    std::optional<FilePartitions> file_partitions_;
    std::vector<Input> inputs_;
    std::uint32_t current_ = 0;  ///< position in inputs_
    bool current_has_files_ = false;
    std::string gathered_;  ///< the encoded paths of the mini-batch being made
};

std::optional<std::uint32_t> Plan::State::append_next(std::string& out,
                                                      const std::stop_token& stop) {
    const bool tables = step_.input_type == config::InputType::tabular;
    const auto append = step_.partition_keys.empty()
                            ? (tables ? &State::append_part : &State::append_files)
                            : (tables ? &State::append_gathered : &State::append_group);
    while (current_ < inputs_.size() && !stop.stop_requested()) {
        if (const auto items = (this->*append)(out, stop)) return items;
        if (!stop.stop_requested()) finish_input();
    }
    return std::nullopt;
}

std::optional<std::uint32_t> Plan::State::append_files(std::string& out,
                                                       const std::stop_token& stop) {
    const auto files = gather(stop);
    if (files == 0) return std::nullopt;
    encode(current_, files, gathered_, {}, out);
    current_has_files_ = true;
    return files;
}

std::optional<std::uint32_t> Plan::State::append_group(std::string& out,
                                                       const std::stop_token& stop) {
    if (!file_partitions_) {
        file_partitions_.emplace(step_, step_.input[current_], *inputs_[current_].files);
    }
    const auto* const group = file_partitions_->next(stop);
    if (group == nullptr) return std::nullopt;
    encode(current_, group->files, group->paths, group->key, out);
    current_has_files_ = true;
    return group->files;
}

std::optional<std::uint32_t> Plan::State::append_part(std::string& out,
                                                      const std::stop_token& stop) {
    if (!parts_) parts_.emplace(step_, current_, *inputs_[current_].files, *tasks_);
    const auto* const part = parts_->next(stop);
    current_has_files_ = parts_->found_a_file();
    if (part == nullptr) return std::nullopt;
    encode(current_, *part, out);
    return 0;
}

std::optional<std::uint32_t> Plan::State::append_gathered(std::string& out,
                                                          const std::stop_token& stop) {
    if (!table_partitions_) {
        table_partitions_.emplace(step_, current_, *inputs_[current_].files, *tasks_);
    }
    const auto* const mini_batch = table_partitions_->next(stop);
    current_has_files_ = table_partitions_->found_a_file();
    if (mini_batch == nullptr) return std::nullopt;
    encode(*mini_batch, out);
    return 0;
}

/// Collects the paths of the next mini-batch of the current input; returns their number.
std::uint32_t Plan::State::gather(const std::stop_token& stop) {
    auto& input = inputs_[current_];
    gathered_.clear();
    base::Encoder encoder(gathered_);
    std::uint32_t files = 0;
    while (files < step_.mini_batch_size.count) {
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
    parts_.reset();
    table_partitions_.reset();
    file_partitions_.reset();
    input.files.reset();
    current_has_files_ = false;
    ++current_;
}

Plan::Plan(const config::Step& step, std::shared_ptr<PlanTasks> tasks)
    : state_(std::make_unique<State>(step,
                                     tasks ? std::move(tasks) : std::make_shared<LocalTasks>())) {}
Plan::Plan(Plan&&) noexcept = default;
Plan& Plan::operator=(Plan&&) noexcept = default;
Plan::~Plan() = default;

std::optional<Descriptor> Plan::next() {
    std::string bytes;
    if (!append_next(bytes)) return std::nullopt;
    DescriptorView view;
    decode(bytes, view);
    return Descriptor{view.input,
                      {view.files.begin(), view.files.end()},
                      view.is_table ? std::optional(view.part) : std::nullopt,
                      std::string(view.partition_key),
                      view.only_malformed};
}

std::optional<std::uint32_t> Plan::append_next(std::string& out, const std::stop_token& stop) {
    return state_->append_next(out, stop);
}

}  // namespace parallel_run::dataset
