// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "whole_test.hpp"

#include <iosfwd>
#include <string>
#include <tuple>

namespace parallel_run::whole {

/// What a script does wrong, most of them at the file "bad".
struct Deed {
    std::string name;
    std::string script;
    std::string arguments;
    std::string cause;         ///< as the user reads it; empty: no attempt fails of it
    std::string limit = "30";  ///< run_invocation_timeout
};
std::ostream& operator<<(std::ostream& out, const Deed& deed);

/// Innocent files and a bad one, each a mini-batch of its own, on one, two and five ranks.
class HostileScript : public WholeTest, public testing::WithParamInterface<std::tuple<Deed, int>> {
protected:
    using Parameters = testing::TestParamInfo<std::tuple<Deed, int>>;

    [[nodiscard]] static const Deed& deed() { return std::get<0>(GetParam()); }
    [[nodiscard]] static int ranks() { return std::get<1>(GetParam()); }

    /// Makes the files and the step; the words of its command.
    Words prepare();

    /// The output has a row for each innocent file, once; and for the bad one as told.
    void expect_rows(bool with_bad) const;
    /// At the end of the terminal, in user/error.txt and in the file of the process.
    void expect_told(const Finished& finished) const;
    /// Nothing is there but what the documentation names.
    void expect_no_leftovers() const;

    Words innocent_;  ///< rows

public:
    /// Of a test: "kill_itself_on_2".
    static std::string name_of(const Parameters& parameters);
};

}  // namespace parallel_run::whole
