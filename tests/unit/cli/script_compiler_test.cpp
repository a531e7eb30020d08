// SPDX-License-Identifier: Apache-2.0
#include "cli/script_compiler.hpp"

#include "script_fixture.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "cli/commands.hpp"

namespace parallel_run::cli {
namespace {

using Words = std::vector<std::string>;

class ScriptCompilerTest : public ScriptTest {
protected:
    static std::string refusal_of(const Words& words) {
        return message_of<base::UsageError>([&] { build_command(words); });
    }
};

TEST_F(ScriptCompilerTest, knows_sources_by_their_ending) {
    for (const char* source : {"a.cpp", "a.cc", "a.cxx", "a.c", "a.f90", "a.cu"}) {
        EXPECT_TRUE(is_script_source(source)) << source;
    }
    for (const char* other : {"a.so", "a.py", "cpp", "a.cpp.so"}) {
        EXPECT_FALSE(is_script_source(other)) << other;
    }
}

TEST_F(ScriptCompilerTest, finds_the_public_header_and_relative_paths_of_directives) {
    std::filesystem::create_directory(path("parts"));
    write("parts/answer.h", "#define ANSWER 42\n");
    const auto source = write("script.c",
                              "/* parallel-run: -Iparts */\n"
                              "#include <parallel_run/entry_script.h>\n"
                              "#include \"answer.h\"\n"
                              "PARALLEL_RUN_EXPORT int answer(void) { return ANSWER; }\n");
    const auto inputs = ScriptCompiler(source, {}).compile(path("script.so"));
    EXPECT_EQ(read(path("script.so")).substr(1, 3), "ELF");
    EXPECT_NE(std::find(inputs.begin(), inputs.end(), source), inputs.end());
    EXPECT_NE(std::find(inputs.begin(), inputs.end(), path("parts/answer.h")), inputs.end());
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(path("")), {}), 3);
}

TEST_F(ScriptCompilerTest, shows_the_compilers_message) {
    const auto source = write("script.c", "int f(void) { return nonsense; }\n");
    const auto message = refusal_of({source, "-o", path("script.so")});
    expect_says(message, source + " does not compile with gcc:\n");
    expect_says(message, source + ":1:22: error: ");
    EXPECT_FALSE(std::filesystem::exists(path("script.so")));
}

TEST_F(ScriptCompilerTest, refuses_a_symbol_that_no_library_has) {
    const auto source = write("script.c", "int g(void);\nint f(void) { return g(); }\n");
    expect_says(refusal_of({source, "-o", path("script.so")}), "undefined reference to `g'");
}

TEST_F(ScriptCompilerTest, takes_flags_after_two_dashes) {
    const auto source = write("script.c", "int f(void) { return ANSWER; }\n");
    EXPECT_EQ(build_command({source, "-o", path("script.so"), "--", "-DANSWER=42"}), 0);
    EXPECT_TRUE(std::filesystem::exists(path("script.so")));
}

TEST_F(ScriptCompilerTest, names_a_source_that_is_missing) {
    expect_says(refusal_of({path("script.c")}),
                "cannot read the source " + path("script.c") + ": No such file or directory.");
}

TEST_F(ScriptCompilerTest, names_the_endings_of_sources) {
    expect_says(refusal_of({write("script.py", "x = 1\n")}),
                "an entry script's source ends in .cpp, .cc, .cxx, .c, .f90 or .cu");
}

TEST_F(ScriptCompilerTest, says_where_a_missing_compiler_comes_from) {
    set("CC", "no-such-compiler -m64");
    const auto source = write("script.c", "int x;\n");
    EXPECT_EQ(refusal_of({source}),
              source +
                  " is compiled with no-such-compiler -m64, which cannot be run here. Install it "
                  "(Debian: apt-get install gcc) or name another compiler in CC");
}

TEST_F(ScriptCompilerTest, refuses_what_is_no_command_of_build) {
    expect_says(refusal_of({}), "build what?");
    expect_says(refusal_of({"a.c", "b.c"}), "build takes one source, not a.c and b.c");
    expect_says(refusal_of({"a.c", "-O3"}), "flags for the compiler come after --");
    expect_says(refusal_of({"a.c", "-o"}), "-o needs the path of the script to write");
}

TEST_F(ScriptCompilerTest, names_an_output_that_cannot_be_written) {
    const auto output = path("missing/script.so");
    expect_says(refusal_of({write("script.c", "int x;\n"), "-o", output}),
                "cannot write " + output);
}

TEST(Prerequisites, are_the_files_of_a_rule) {
    EXPECT_EQ(prerequisites("script: a.c b.h\n"), (Words{"a.c", "b.h"}));
    EXPECT_EQ(prerequisites("a.o a.so : /x/a.f90 \\\n  x.inc \\\n /y/z\n\nother: no\n"),
              (Words{"/x/a.f90", "x.inc", "/y/z"}));
    EXPECT_EQ(prerequisites("s: with\\ blank.h hash\\#.h dol$$ar.h back\\slash.h"),
              (Words{"with blank.h", "hash#.h", "dol$ar.h", "back\\slash.h"}));
    EXPECT_EQ(prerequisites(""), Words{});
}

}  // namespace
}  // namespace parallel_run::cli
