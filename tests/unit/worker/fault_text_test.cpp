// SPDX-License-Identifier: Apache-2.0
#include "worker/fault_text.hpp"

#include <csignal>

#include <gtest/gtest.h>

namespace parallel_run::worker {
namespace {

std::string line(std::int32_t signal, std::int32_t code, std::uint64_t address = 0x10) {
    ring::LastWordsCopy words;
    words.signal = signal;
    words.code = code;
    words.address = address;
    return fault_line(words);
}

TEST(FaultLine, says_what_was_wrong_with_the_address) {
    EXPECT_EQ(line(SIGSEGV, SEGV_MAPERR), "  fault: address 0x10 is not mapped\n");
    EXPECT_EQ(line(SIGSEGV, SEGV_ACCERR), "  fault: address 0x10 must not be used in this way\n");
    EXPECT_EQ(line(SIGSEGV, SI_KERNEL, 0), "  fault: an address that cannot be one\n");
    EXPECT_EQ(line(SIGBUS, BUS_ADRERR), "  fault: address 0x10 is beyond the end of its file\n");
}

TEST(FaultLine, says_which_operation_it_was) {
    EXPECT_EQ(line(SIGFPE, FPE_INTDIV), "  fault: integer division by zero\n");
    EXPECT_EQ(line(SIGILL, ILL_ILLOPN), "  fault: illegal instruction at address 0x10\n");
}

TEST(FaultLine, is_empty_of_a_signal_that_somebody_sent) {
    EXPECT_EQ(line(SIGSEGV, SI_TKILL), "");
    EXPECT_EQ(line(SIGTERM, SI_USER), "");
    EXPECT_EQ(line(SIGABRT, SI_TKILL), "");
    EXPECT_EQ(line(0, 0), "");
}

TEST(UncaughtText, is_type_and_message) {
    ring::LastWordsCopy words;
    words.signal = SIGABRT;
    EXPECT_EQ(uncaught_text(words), "");
    words.type = "int";
    EXPECT_EQ(uncaught_text(words), "int");
    words.message = "no model";
    EXPECT_EQ(uncaught_text(words), "int: no model");
}

TEST(UncaughtText, is_empty_where_only_the_script_can_have_written_it) {
    ring::LastWordsCopy words;
    words.type = words.message = "\x01\xff";
    for (const int signal : {0, -1, SIGSEGV}) {
        words.signal = signal;
        EXPECT_EQ(uncaught_text(words), "") << signal;
    }
}

TEST(StackTitle, says_what_the_stack_shows) {
    ring::LastWordsCopy words;
    words.signal = SIGSEGV;
    EXPECT_EQ(stack_title(words), "stack of the fault");
    words.signal = SIGTERM;
    EXPECT_EQ(stack_title(words), "where it was");
    words.signal = SIGABRT;
    words.type = "std::bad_alloc";
    EXPECT_EQ(stack_title(words), "stack of the throw");
}

}  // namespace
}  // namespace parallel_run::worker
