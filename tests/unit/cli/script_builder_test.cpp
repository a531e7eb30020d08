// SPDX-License-Identifier: Apache-2.0
#include "cli/script_builder.hpp"

#include "script_fixture.hpp"

#include <sys/wait.h>

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace parallel_run::cli {
namespace {

class ScriptBuilder : public ScriptTest {
protected:
    ScriptBuilder() {
        set("XDG_CACHE_HOME", path("cache"));
        // Counts compilations; what it does besides is the real compiler's.
        set("CC", write_program("counting", "case \"$*\" in *--version*) ;; *) echo >> " +
                                                path("count") + ";; esac\nexec gcc \"$@\"\n"));
        write("answer.h", "#define ANSWER 42\n");
        step.entry_script = write("script.c", "#include \"answer.h\"\nint answer = ANSWER;\n");
    }

    [[nodiscard]] std::ptrdiff_t compilations() const {
        const auto lines = read(path("count"));
        return std::count(lines.begin(), lines.end(), '\n');
    }

    config::Step step;
};

TEST_F(ScriptBuilder, leaves_a_shared_object_as_it_is) {
    step.entry_script = "/data/script.so";
    EXPECT_EQ(ensure_built(step), "/data/script.so");
}

TEST_F(ScriptBuilder, compiles_once) {
    const auto script = ensure_built(step);
    EXPECT_EQ(read(script).substr(1, 3), "ELF");
    EXPECT_EQ(script.find(path("cache/parallel-run/script-")), 0U) << script;
    EXPECT_EQ(ensure_built(step), script);
    EXPECT_EQ(compilations(), 1);
}

TEST_F(ScriptBuilder, compiles_again_when_the_source_changes_and_finds_the_old_one_again) {
    const auto before = read(step.entry_script);
    const auto script = ensure_built(step);
    write("script.c", "int answer = 43;\n");
    EXPECT_NE(ensure_built(step), script);
    write("script.c", before);
    EXPECT_EQ(ensure_built(step), script);
    EXPECT_EQ(compilations(), 2);
}

TEST_F(ScriptBuilder, compiles_again_when_a_header_changes) {
    const auto script = ensure_built(step);
    write("answer.h", "#define ANSWER 43\n");
    EXPECT_NE(ensure_built(step), script);
    EXPECT_EQ(compilations(), 2);
    write("answer.h", "#define ANSWER 42\n");
    EXPECT_EQ(ensure_built(step), script);
}

TEST_F(ScriptBuilder, compiles_again_with_other_flags_or_another_compiler) {
    const auto script = ensure_built(step);
    set("CC", std::string(std::getenv("CC")) + " -DOTHER");
    const auto other_flags = ensure_built(step);
    EXPECT_NE(other_flags, script);
    set("CC", "gcc");
    EXPECT_NE(ensure_built(step), other_flags);
    EXPECT_EQ(compilations(), 2);
}

TEST_F(ScriptBuilder, compiles_again_when_the_cache_lost_the_script) {
    const auto script = ensure_built(step);
    std::filesystem::remove(script);
    EXPECT_EQ(ensure_built(step), script);
    EXPECT_EQ(compilations(), 2);
}

TEST_F(ScriptBuilder, says_that_a_header_is_gone) {
    ensure_built(step);
    std::filesystem::remove(path("answer.h"));
    expect_says(message_of<base::UsageError>([&] { ensure_built(step); }), "answer.h");
}

TEST_F(ScriptBuilder, leaves_only_whole_files_in_the_cache) {
    ensure_built(step);
    write("script.c", "nonsense\n");
    message_of<base::UsageError>([&] { ensure_built(step); });
    for (const auto& file : std::filesystem::directory_iterator(path("cache/parallel-run"))) {
        const auto ending = file.path().extension();
        EXPECT_TRUE(ending == ".so" || ending == ".inputs") << file.path();
    }
}

TEST_F(ScriptBuilder, lets_processes_build_the_same_script_at_once) {
    std::vector<pid_t> children;
    for (int i = 0; i < 4; ++i) {
        children.push_back(::fork());
        if (children.back() == 0) {
            std::_Exit(read(ensure_built(step)).substr(1, 3) == "ELF" ? 0 : 1);
        }
    }
    for (const auto child : children) {
        int status = -1;
        EXPECT_EQ(::waitpid(child, &status, 0), child);
        EXPECT_EQ(status, 0);
    }
}

TEST_F(ScriptBuilder, keeps_the_cache_to_the_user) {
    ensure_built(step);
    const auto mode = std::filesystem::status(path("cache/parallel-run")).permissions();
    EXPECT_EQ(mode, std::filesystem::perms::owner_all);
}

TEST_F(ScriptBuilder, passes_over_a_cache_that_others_may_write) {
    std::filesystem::create_directories(path("cache/parallel-run"));
    std::filesystem::permissions(path("cache/parallel-run"), std::filesystem::perms::all);
    set("HOME", path("home"));
    EXPECT_EQ(ensure_built(step).find(path("home/.cache/parallel-run/")), 0U);
}

TEST_F(ScriptBuilder, falls_back_to_the_temporary_directory) {
    set("XDG_CACHE_HOME", "relative");
    set("HOME", "");
    std::filesystem::create_directory(path("temporary"));
    set("TMPDIR", path("temporary"));
    EXPECT_EQ(ensure_built(step).find(path("temporary/parallel-run-")), 0U);
}

TEST_F(ScriptBuilder, says_that_there_is_no_place_for_a_cache) {
    set("XDG_CACHE_HOME", "");
    set("HOME", "");
    std::filesystem::create_directory(path("temporary"));
    set("TMPDIR", path("temporary"));
    const auto taken = "temporary/parallel-run-" + std::to_string(::geteuid());
    write(taken, "a file");
    expect_says(message_of<base::UsageError>([&] { ensure_built(step); }),
                path(taken) + " is not a directory that only you may write. Set XDG_CACHE_HOME");
}

}  // namespace
}  // namespace parallel_run::cli
