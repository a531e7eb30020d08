// SPDX-License-Identifier: Apache-2.0
#include "hostile.hpp"

#include <algorithm>
#include <filesystem>
#include <ostream>

namespace parallel_run::whole {

namespace {

constexpr int kInnocent = 20;
constexpr std::size_t kLastLines = 10;

Words names_in(const std::string& directory) {
    Words names;
    for (const auto& entry : std::filesystem::directory_iterator(directory)) {
        names.push_back(entry.path().filename());
    }
    std::sort(names.begin(), names.end());
    return names;
}

std::string last_lines(const std::string& text, std::size_t count) {
    auto begin = text.size();
    for (; begin > 0; --begin) {
        if (text[begin - 1] == '\n' && begin < text.size() && --count == 0) break;
    }
    return text.substr(begin);
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const Deed& deed) { return out << deed.name; }

std::string HostileScript::name_of(const Parameters& parameters) {
    return std::get<0>(parameters.param).name + "_on_" +
           std::to_string(std::get<1>(parameters.param));
}

Words HostileScript::prepare() {
    innocent_ = make_files("data", kInnocent);
    make_files("data", {"bad"});
    make_step(entry_script(deed().script),
              "mini_batch_size = 1\nrun_max_try = 2\nrun_invocation_timeout = " + deed().limit +
                  "\narguments = " + deed().arguments + "\n");
    return command("run", {"--process_count_per_node", std::to_string(ranks())});
}

void HostileScript::expect_rows(bool with_bad) const {
    auto wanted = innocent_;
    if (with_bad) wanted.insert(wanted.begin(), "bad");
    EXPECT_EQ(rows(), wanted);
}

void HostileScript::expect_told(const Finished& finished) const {
    const auto end = last_lines(finished.err, kLastLines);
    EXPECT_TRUE(says(end, "first error   "));
    EXPECT_TRUE(says(end, deed().cause));
    EXPECT_TRUE(says(end, path("data/bad")));
    const auto kinds = lines("out/logs/user/error.txt");
    ASSERT_EQ(kinds.size(), 1U) << read("out/logs/user/error.txt");
    EXPECT_TRUE(says(kinds[0], "2 x "));
    EXPECT_TRUE(says(kinds[0], deed().cause));
    const auto file = kinds[0].substr(kinds[0].rfind(" | ") + 3);
    EXPECT_TRUE(says(end, "open          " + file));
    const auto told = read(std::filesystem::relative(file, path()));
    EXPECT_TRUE(says(told, "|mini-batch 0 attempt 1|"));
    EXPECT_TRUE(says(told, deed().cause));
    EXPECT_TRUE(says(logged("user/error"), "|mini-batch 0 attempt 2|"));
}

void HostileScript::expect_no_leftovers() const {
    EXPECT_EQ(names_in(path("out")), (Words{".parallel-run", "logs", "parallel_run_step.txt"}));
    for (const auto& name : names_in(path("tmp"))) {
        EXPECT_EQ(name.rfind("ompi.", 0), 0U) << name;  // of a script that used MPI itself
    }
    EXPECT_EQ(names_in(path("data")).size(), innocent_.size() + 1);
    auto ours = names_in(path());
    ours.erase(std::remove(ours.begin(), ours.end(), "own"), ours.end());
    EXPECT_EQ(ours, (Words{"data", "out", "said", "step.conf", "tmp"}));
}

}  // namespace parallel_run::whole
