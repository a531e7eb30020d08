// SPDX-License-Identifier: Apache-2.0
#include "cli/fingerprint.hpp"

#include "step_fixture.hpp"

namespace parallel_run::cli {
namespace {

class FingerprintOf : public StepFiles {
protected:
    [[nodiscard]] Fingerprint with(const std::string& more) const {
        return Fingerprint::of(read(more));
    }
    [[nodiscard]] std::string change(const std::string& before, const std::string& now) const {
        return with(now).difference_from(with(before)).value_or("none");
    }
};

TEST_F(FingerprintOf, the_same_step_is_the_same) { EXPECT_EQ(change("", ""), "none"); }

TEST_F(FingerprintOf, another_setting_is_named_with_both_values) {
    EXPECT_EQ(change("mini_batch_size = 3\n", "mini_batch_size = 5\n"),
              "mini_batch_size is 5 and was 3");
    EXPECT_EQ(change("", "append_row_header = a b\n"), "append_row_header is new: a b");
    EXPECT_EQ(change("arguments = --fast\n", ""), "arguments is gone; it was --fast");
}

TEST_F(FingerprintOf, how_the_work_is_done_does_not_matter) {
    EXPECT_EQ(change("",
                     "process_count_per_node = 7\nrun_invocation_timeout = 9\nrun_max_try = 1\n"
                     "flush_bytes = 1KB\nlogging_level = DEBUG\noverwrite = true\n"),
              "none");
}

TEST_F(FingerprintOf, an_entry_script_of_other_content_is_another) {
    const auto before = with("");
    write("script.so", "changed");
    EXPECT_EQ(with("").difference_from(before), "the entry script has changed");
}

TEST_F(FingerprintOf, a_changed_and_a_new_file_of_the_source_directory_are_named) {
    std::filesystem::create_directory(at("code"));
    write("code/script.so", "");
    write("code/helper.txt", "one");
    const std::string code = "source_directory = code\n";
    const auto before = with(code);
    write("code/helper.txt", "two");
    const auto helper = "source_directory " + at("code") + ", file helper.txt";
    EXPECT_EQ(with(code).difference_from(before), helper + " has changed");
}

TEST_F(FingerprintOf, tables_whose_rows_are_gathered_are_those_of_the_same_files) {
    std::filesystem::create_directory(at("tables"));
    write("tables/a.csv", "k\n1\n");
    const auto now = [this] {
        return Fingerprint::of(
            read("input_type = tabular\npartition_keys = k\n", {"--input=t=" + at("tables")}));
    };
    const auto before = now();
    EXPECT_FALSE(now().difference_from(before));
    write("tables/b.csv", "k\n1\n");
    const auto two = now();
    const auto change = two.difference_from(before).value_or("none");
    EXPECT_EQ(change.rfind("what is in input t is 2 files, by names, sizes and times ", 0), 0U)
        << change;
    EXPECT_NE(change.find(" and was 1 files"), std::string::npos) << change;
    write("tables/b.csv", "k\n1\n2\n");
    EXPECT_TRUE(now().difference_from(two));
}

TEST_F(FingerprintOf, a_side_input_of_another_size_is_another) {
    write("model", "12");
    const std::string side = "side_input = model=model\n";
    const auto before = with(side);
    write("model", "1234");
    const auto change = with(side).difference_from(before).value_or("none");
    EXPECT_EQ(change.rfind("side_input model=" + at("model") + " is 4 bytes", 0), 0U) << change;
}

TEST_F(FingerprintOf, survives_as_text_and_a_damaged_text_differs) {
    const auto fingerprint = with("append_row_header = a\nname = abc\n");
    const auto text = fingerprint.to_text();
    EXPECT_FALSE(fingerprint.difference_from(Fingerprint::from_text(text)));
    EXPECT_TRUE(fingerprint.difference_from(Fingerprint::from_text(text.substr(0, 20))));
    EXPECT_TRUE(fingerprint.difference_from(Fingerprint::from_text("no tab here\n")));
}

}  // namespace
}  // namespace parallel_run::cli
