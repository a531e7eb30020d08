// SPDX-License-Identifier: Apache-2.0
#include "step_fixture.hpp"

#include <random>

#include "cli/parameters.hpp"

namespace parallel_run::cli {
namespace {

/// Makes steps with every member at random, texts of awkward characters among them.
class StepMaker {
public:
    explicit StepMaker(unsigned seed) : random_(seed) {}

    config::Step step() {
        config::Step step;
        step.name = "abc-" + std::to_string(below(1000));
        step.entry_script = path();
        if (coin()) step.source_directory = path();
        for (auto n = below(3) + 1; n > 0; --n) step.input.push_back({name(), input_path()});
        for (auto n = below(3); n > 0; --n) step.side_input.push_back({name(), path()});
        step.mini_batch_size.count = below(1000) + 1;
        if (coin()) {
            make_tabular(step);
            if (coin()) step.partition_keys = {"a b", "#c"};
        } else if (coin()) {
            step.partition_format = "{user}-#/{file}";
            step.partition_keys = {"user"};
        }
        step.output = path();
        step.output_action =
            coin() ? config::OutputAction::append_row : config::OutputAction::summary_only;
        step.append_row_file_name = "rows " + std::to_string(below(1000));
        if (coin()) {
            step.append_row_file_name = "rows.hdf5";
            step.hdf5_compression = 7;
        }
        if (coin()) step.append_row_header = "x" + text(" #\"'\\=\t,[]");
        add_limits(step);
        add_surroundings(step);
        return step;
    }

    void make_tabular(config::Step& step) {
        step.input_type = config::InputType::tabular;
        step.mini_batch_size.unit =
            coin() ? config::MiniBatchSize::Unit::bytes : config::MiniBatchSize::Unit::rows;
        step.tabular_format = static_cast<config::TabularFormat>(below(5));
        step.delimiter = pick<std::optional<char>>({std::nullopt, '\t', ';', '#', ' '});
        step.quote = pick<std::optional<char>>({std::nullopt, '"', '\''});
        step.header = static_cast<config::Header>(below(3));
        step.support_multi_line = coin();
        for (auto n = below(3); n > 0; --n) step.hdf5_dataset.push_back("/" + text("ab/ #"));
        step.row_numbers = coin();
    }

private:
    template <typename T>
    T pick(const std::vector<T>& all) {
        return all[below(all.size())];
    }
    void add_limits(config::Step& step) {
        step.error_threshold = static_cast<std::int64_t>(below(5)) - 1;
        step.allowed_failed_count = static_cast<std::int64_t>(below(5)) - 1;
        step.allowed_failed_percent = static_cast<double>(below(10'000)) / 100;
        step.run_max_try = static_cast<std::uint32_t>(below(9) + 1);
        step.run_invocation_timeout = std::chrono::milliseconds(below(100'000) + 1);
        step.task_overhead_timeout = std::chrono::milliseconds(below(100'000) + 1);
        if (below(2) == 0) {
            step.progress_update_timeout = std::chrono::milliseconds(below(100'000) + 1);
        }
        step.first_task_creation_timeout = std::chrono::milliseconds(below(100'000'000) + 1);
        step.flush_interval = std::chrono::milliseconds(below(3000) + 1);
        step.flush_bytes = (below(5000) + 1) << below(20);
    }
    void add_surroundings(config::Step& step) {
        if (coin()) step.process_count_per_node = static_cast<std::uint32_t>(below(64) + 1);
        if (coin()) step.node_count = static_cast<std::uint32_t>(below(64) + 1);
        step.dedicated_orchestrator = coin();
        step.max_restarts = static_cast<std::uint32_t>(below(9));
        step.grace_seconds = std::chrono::milliseconds(below(100'000) + 1);
        step.overwrite = coin();
        for (auto n = below(4); n > 0; --n) step.arguments.push_back(awkward());
        for (auto n = below(3); n > 0; --n) {
            step.environment_variables.push_back(name() + "=" + awkward());
        }
        step.logging_level = static_cast<config::LoggingLevel>(below(3));
        step.logs = path();
    }
    std::uint64_t below(std::uint64_t end) { return random_() % end; }
    bool coin() { return below(2) == 0; }
    std::string name() { return "n" + std::to_string(++names_); }
    std::string text(const std::string& characters) {
        std::string made;
        for (auto n = below(8); n > 0; --n) made += characters[below(characters.size())];
        return made;
    }
    std::string awkward() { return text(" #\"'\\=\n\r\tab$*[;\xc3"); }
    std::string path() { return "/p" + awkward() + "/q" + awkward() + "z"; }
    std::string input_path() { return (coin() ? "@" : "") + path(); }

    std::mt19937 random_;
    int names_ = 0;
};

TEST(StepText, gives_the_same_step_again) {
    for (unsigned seed = 1; seed <= 500; ++seed) {
        const auto step = StepMaker(seed).step();
        const auto text = to_configuration_text(step);
        ASSERT_EQ(parse_configuration_text(text), step) << "seed " << seed << "\n" << text;
    }
}

TEST(StepText, is_a_configuration_file_of_every_parameter) {
    StepMaker maker(1);
    config::Step step = maker.step();
    maker.make_tabular(step);
    step.tabular_format = config::TabularFormat::lines;
    step.delimiter = ';';
    step.hdf5_dataset = {"/x"};
    step.partition_format = "{a}";
    step.partition_keys = {"a"};
    step.append_row_file_name = "rows.h5";
    step.source_directory = "/code";
    step.side_input = {{"model", "/model"}};
    step.append_row_header = "name";
    step.append_row_file_name = "rows.h5";
    step.process_count_per_node = 4;
    step.node_count = 2;
    step.progress_update_timeout = std::chrono::seconds(9);
    step.arguments = {"a"};
    step.environment_variables = {"A=b"};
    const auto text = to_configuration_text(step);
    for (const auto& parameter : parameters()) {
        if (parameter.group == Group::not_yet) continue;
        EXPECT_NE(text.find("\n" + parameter.name + " = "), std::string::npos) << parameter.name;
    }
}

TEST(StepText, that_is_wrong_is_refused) {
    EXPECT_EQ(refusal_of([] { (void)parse_configuration_text("run_max_try = 0"); }),
              "run_max_try = '0' (the step's configuration, line 1): "
              "give a whole number from 1 to 1,000,000");
}

}  // namespace
}  // namespace parallel_run::cli
