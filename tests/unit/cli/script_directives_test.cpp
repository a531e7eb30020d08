// SPDX-License-Identifier: Apache-2.0
#include "cli/script_directives.hpp"

#include "script_fixture.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"

namespace parallel_run::cli {
namespace {

using Words = std::vector<std::string>;

class ScriptDirectives : public ScriptTest {
protected:
    static std::string refusal_of(const std::string& text) {
        return message_of<base::UsageError>([&] { requested_flags("digits.cpp", text); });
    }
};

TEST_F(ScriptDirectives, come_from_each_languages_comments_in_their_order) {
    EXPECT_EQ(requested_flags("digits.cpp",
                              "// parallel-run: -lhdf5 -I/x\n"
                              "#include <x>\n"
                              "  //parallel-run:   '-DTITLE=a b'\r\n"
                              "! parallel-run: -llapack\n"
                              "/* parallel-run: -lm */\n"
                              "/* parallel-run: -lz"),
              (Words{"-lhdf5", "-I/x", "-DTITLE=a b", "-llapack", "-lm", "-lz"}));
}

TEST_F(ScriptDirectives, are_whole_lines_only) {
    EXPECT_EQ(requested_flags("digits.cpp",
                              "int x;  // parallel-run: -lx\n"
                              "// see parallel-run: -ly\n"
                              "# parallel-run: -lz\n"
                              "// parallel-run -lw\n"
                              "// parallel-run:\n"),
              Words{});
}

TEST_F(ScriptDirectives, ask_pkg_config_about_packages) {
    write("first.pc", "Name: first\nDescription: x\nVersion: 1\nCflags: -I/first\nLibs: -lfirst\n");
    write("second.pc", "Name: second\nDescription: x\nVersion: 1\nLibs: -lsecond\n");
    set("PKG_CONFIG_PATH", path(""));
    EXPECT_EQ(requested_flags("digits.cpp", "// parallel-run: pkg-config first second\n"),
              (Words{"-I/first", "-lfirst", "-lsecond"}));
}

TEST_F(ScriptDirectives, name_the_line_of_a_package_that_is_missing) {
    const auto message = refusal_of("\n\n// parallel-run: pkg-config no-such-package\n");
    expect_says(message, "digits.cpp, line 3: pkg-config does not know all of these packages.");
    expect_says(message, "'no-such-package'");
}

TEST_F(ScriptDirectives, need_a_package_after_pkg_config) {
    expect_says(refusal_of("// parallel-run: pkg-config\n"),
                "digits.cpp, line 1: 'parallel-run: pkg-config' needs a package's name");
}

TEST_F(ScriptDirectives, say_how_to_get_pkg_config) {
    set("PATH", path(""));
    expect_says(refusal_of("// parallel-run: pkg-config zlib\n"),
                "cannot start pkg-config: No such file or directory. Install it (Debian: apt-get "
                "install pkg-config)");
}

TEST_F(ScriptDirectives, refuse_an_open_quote) {
    expect_says(refusal_of("// parallel-run: '-lx\n"),
                "digits.cpp, line 1: cannot read 'parallel-run: '-lx': ");
}

}  // namespace
}  // namespace parallel_run::cli
