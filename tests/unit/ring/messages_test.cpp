// SPDX-License-Identifier: Apache-2.0
#include "ring/messages.hpp"

#include <gtest/gtest.h>

namespace parallel_run::ring {
namespace {

Setup full_setup() {
    Setup setup;
    setup.script = "/scripts/a.so";
    setup.output_dir = "/output";
    setup.entry_script_log_dir = "/logs/user/entry_script_log/node0";
    setup.error_dir = "/logs/user/error/node0";
    setup.working_dir = "/tmp";
    setup.agent_name = "process012";
    setup.worker_index = 12;
    setup.gpu_index = -1;
    setup.field_delimiter = '\t';
    setup.keep_rows = false;
    setup.keep_records = true;
    setup.lowest_log_level = 2;
    setup.arguments = {"--model", "", std::string("nul\0inside", 10)};
    setup.side_inputs = {{"labels", "/data/labels.txt"}, {"", ""}};
    setup.input_names = {"input0", "input1"};
    setup.formats.resize(2);
    setup.formats[1] = {table::Kind::delimited,
                        '\t',
                        std::nullopt,
                        config::Header::first_file,
                        true,
                        {"/x"},
                        {"a", ""},
                        "/data/a.tsv"};
    return setup;
}

TEST(Setup, survives_the_journey) {
    const auto sent = full_setup();
    ring::Setup received;
    received.side_inputs = {{"old", "old"}};
    ASSERT_TRUE(decode(encode(sent), received));
    EXPECT_EQ(received.script, sent.script);
    EXPECT_EQ(received.output_dir, sent.output_dir);
    EXPECT_EQ(received.entry_script_log_dir, sent.entry_script_log_dir);
    EXPECT_EQ(received.error_dir, sent.error_dir);
    EXPECT_EQ(received.working_dir, sent.working_dir);
    EXPECT_EQ(received.agent_name, sent.agent_name);
    EXPECT_EQ(received.worker_index, sent.worker_index);
    EXPECT_EQ(received.gpu_index, sent.gpu_index);
    EXPECT_EQ(received.field_delimiter, sent.field_delimiter);
    EXPECT_EQ(received.keep_rows, sent.keep_rows);
    EXPECT_EQ(received.keep_records, sent.keep_records);
    EXPECT_EQ(received.lowest_log_level, sent.lowest_log_level);
    EXPECT_EQ(received.arguments, sent.arguments);
    EXPECT_EQ(received.side_inputs, sent.side_inputs);
    EXPECT_EQ(received.input_names, sent.input_names);
    EXPECT_EQ(received.formats, sent.formats);
}

TEST(Setup, of_nothing_survives_the_journey) {
    ring::Setup received = full_setup();
    ASSERT_TRUE(decode(encode(ring::Setup{}), received));
    EXPECT_TRUE(received.script.empty());
    EXPECT_TRUE(received.arguments.empty());
    EXPECT_TRUE(received.side_inputs.empty());
    EXPECT_TRUE(received.input_names.empty());
}

TEST(Setup, is_refused_when_cut_anywhere) {
    const auto bytes = encode(full_setup());
    ring::Setup setup;
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        EXPECT_FALSE(decode(std::string_view(bytes).substr(0, size), setup)) << size;
    }
}

TEST(Setup, is_refused_with_bytes_after_the_end) {
    ring::Setup setup;
    EXPECT_FALSE(decode(encode(full_setup()) + "x", setup));
}

TEST(Setup, is_refused_soon_when_a_count_goes_beyond_the_bytes) {
    auto bytes = encode(ring::Setup{});
    bytes.pop_back();  // the count of input names
    bytes += "\xff\xff\xff\xff\xff\xff\xff\xff\x7f";
    ring::Setup setup;
    EXPECT_FALSE(decode(bytes, setup));
    EXPECT_LE(setup.input_names.size(), 1U);
}

}  // namespace
}  // namespace parallel_run::ring
