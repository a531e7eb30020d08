// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cerrno>
#include <cstdio>

#include "base/error.hpp"
#include "base/size.hpp"
#include "cli/commands.hpp"
#include "cli/launcher.hpp"
#include "cli/step_reader.hpp"
#include "dataset/plan.hpp"

namespace parallel_run::cli {

namespace {

constexpr std::size_t kIndexColumns = 9;
constexpr std::size_t kFilesColumns = 7;
constexpr std::size_t kPartColumns = 28;

std::string padded_left(const std::string& text, std::size_t columns) {
    return std::string(columns - std::min(columns, text.size()), ' ') + text;
}

std::string padded_right(const std::string& text, std::size_t columns) {
    return text + std::string(columns - std::min(columns, text.size()), ' ');
}

void print(const std::string& line) {
    if (std::fwrite(line.data(), 1, line.size(), stdout) == line.size()) return;
    throw base::EnvironmentError(base::system_error_text("cannot write the plan", errno));
}

std::string count_of(std::uint64_t count, const std::string& one, const std::string& many) {
    return base::format_count(count) + " " + (count == 1 ? one : many);
}

/// The table's lines; their columns are as wide as the longest input name needs.
class Table {
public:
    explicit Table(const config::Step& step)
        : step_(step),
          of_tables_(step.input_type == config::InputType::tabular),
          of_keys_(!step.partition_keys.empty()) {
        for (const auto& input : step.input) width_ = std::max(width_, input.name.size());
    }
    void print_heading() const {
        print_line("index", "input", of_tables_ ? "part" : "files",
                   std::string(of_keys_ ? "key, " : "") + (of_tables_ ? "file" : "first file"));
    }
    void print_mini_batch(std::uint64_t index, const dataset::Descriptor& descriptor) const {
        print_line(std::to_string(index), step_.input[descriptor.input].name,
                   descriptor.part ? dataset::describe(*descriptor.part)
                                   : std::to_string(descriptor.files.size()),
                   key_text(descriptor) + descriptor.files.front());
    }

private:
    static std::string key_text(const dataset::Descriptor& descriptor) {
        if (descriptor.only_malformed) return "malformed records, ";
        return descriptor.partition_key.empty() ? "" : descriptor.partition_key + ", ";
    }
    void print_line(const std::string& index, const std::string& input, const std::string& content,
                    const std::string& file) const {
        print(padded_left(index, kIndexColumns) + "  " + padded_right(input, width_) +
              padded_left(content, of_tables_ ? kPartColumns : kFilesColumns) + "  " + file + "\n");
    }

    const config::Step& step_;
    bool of_tables_;
    bool of_keys_;
    std::size_t width_ = 5;
};

void print_plan(const config::Step& step) {
    dataset::Plan plan(step);
    const Table table(step);
    table.print_heading();
    std::uint64_t mini_batches = 0;
    std::uint64_t files = 0;
    std::string last_file;
    while (const auto descriptor = plan.next()) {
        table.print_mini_batch(mini_batches++, *descriptor);
        const auto& first = descriptor->files.front();
        const bool goes_on = descriptor->part && first == last_file;
        if (!goes_on) files += descriptor->files.size();
        last_file = first;
    }
    const auto environment = current_environment();
    const auto placement = plan_placement(step, environment, look_at_host(environment));
    print(count_of(mini_batches, "mini-batch", "mini-batches") + ", " +
          count_of(files, "file", "files") + ", " + count_of(placement.ranks(), "rank", "ranks") +
          " planned\n");
}

void print_files(const config::Step& step, std::uint64_t wanted) {
    dataset::Plan plan(step);
    std::uint64_t index = 0;
    for (; const auto descriptor = plan.next(); ++index) {
        if (index != wanted) continue;
        for (const auto& file : descriptor->files) print(file + "\n");
        if (descriptor->part) print(dataset::describe(*descriptor->part) + "\n");
        return;
    }
    throw base::UsageError("--mini_batch = '" + std::to_string(wanted) + "': the step has " +
                           count_of(index, "mini-batch", "mini-batches") + "; the first is 0");
}

}  // namespace

int plan_command(std::vector<std::string> words) {
    const auto wanted = take_mini_batch(words);
    const auto step = read_step(words);
    if (wanted) {
        print_files(step, *wanted);
    } else {
        print_plan(step);
    }
    if (std::fflush(stdout) != 0) {
        throw base::EnvironmentError(base::system_error_text("cannot write the plan", errno));
    }
    return 0;
}

}  // namespace parallel_run::cli
