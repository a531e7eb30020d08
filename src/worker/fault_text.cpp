// SPDX-License-Identifier: Apache-2.0
#include "worker/fault_text.hpp"

#include <array>
#include <csignal>
#include <cstdio>

namespace parallel_run::worker {

namespace {

std::string address_text(std::uint64_t address) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "address 0x%llx",
                  static_cast<unsigned long long>(address));
    return text.data();
}

std::string memory_fault(const ring::LastWordsCopy& words) {
    const auto address = address_text(words.address);
    if (words.signal == SIGBUS && words.code == BUS_ADRERR) {
        return address + " is beyond the end of its file";
    }
    if (words.signal == SIGBUS) return "the memory at " + address + " cannot be had";
    if (words.code == SEGV_MAPERR) return address + " is not mapped";
    if (words.code == SEGV_ACCERR) return address + " must not be used in this way";
    return "an address that cannot be one";
}

std::string arithmetic_fault(std::int32_t code) {
    switch (code) {
        case FPE_INTDIV: return "integer division by zero";
        case FPE_INTOVF: return "integer overflow";
        case FPE_FLTDIV: return "floating-point division by zero";
        case FPE_FLTOVF: return "floating-point overflow";
        case FPE_FLTINV: return "invalid floating-point operation";
        default: return "arithmetic";
    }
}

std::string fault_text(const ring::LastWordsCopy& words) {
    switch (words.signal) {
        case SIGSEGV:
        case SIGBUS: return memory_fault(words);
        case SIGFPE: return arithmetic_fault(words.code);
        case SIGILL: return "illegal instruction at " + address_text(words.address);
        default: return {};
    }
}

}  // namespace

std::string fault_line(const ring::LastWordsCopy& words) {
    const bool by_kernel = words.code > 0;  // otherwise somebody sent the signal
    const auto text = by_kernel ? fault_text(words) : std::string();
    return text.empty() ? text : "  fault: " + text + "\n";
}

std::string uncaught_text(const ring::LastWordsCopy& words) {
    if (words.signal != SIGABRT) return {};  // then nobody wrote these words but the script
    if (words.message.empty()) return words.type;
    return words.type + ": " + words.message;
}

std::string stack_title(const ring::LastWordsCopy& words) {
    if (!uncaught_text(words).empty()) return "stack of the throw";
    return words.signal == SIGTERM ? "where it was" : "stack of the fault";
}

}  // namespace parallel_run::worker
