// SPDX-License-Identifier: Apache-2.0
#include "entry_host/loader.hpp"

#include <dlfcn.h>
#include <elf.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string_view>
#include <system_error>

#include "base/demangle.hpp"
#include "base/error.hpp"

namespace parallel_run::entry_host {
namespace {

std::optional<Elf64_Ehdr> elf_header(const std::string& path) {
    Elf64_Ehdr header{};
    std::ifstream file(path, std::ios::binary);
    file.read(reinterpret_cast<char*>(&header), sizeof header);
    if (!file || std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0) return std::nullopt;
    return header;
}

std::string machine_name(const Elf64_Ehdr& header) {
    switch (header.e_machine) {
        case EM_X86_64: return "x86-64";
        case EM_386: return "32-bit x86";
        case EM_AARCH64: return "AArch64";
        case EM_PPC64: return "PowerPC 64";
        case EM_RISCV: return "RISC-V";
        default: return "machine type " + std::to_string(header.e_machine);
    }
}

/// What keeps a file from being a shared object for this machine; empty: nothing that its first
/// bytes show.
std::string fault_of_file(const std::string& path) {
    std::error_code error;
    const auto status = std::filesystem::status(path, error);
    if (!std::filesystem::exists(status)) return "there is no such file";
    if (!std::filesystem::is_regular_file(status)) return "it is no regular file";
    if (!std::ifstream(path)) return std::string("it cannot be read: ") + std::strerror(errno);

    const auto header = elf_header(path);
    if (!header) {
        return "it is not a shared object. Give a .so file, or a source (.cpp, .cc, .c, .cu, .f90)";
    }
    if (header->e_type == ET_REL) return "it is an object file. Link it with -shared";
    const auto here = elf_header("/proc/self/exe");
    if (here && header->e_machine != here->e_machine) {
        return "it was built for " + machine_name(*header) + " and this machine is " +
               machine_name(*here) + ". Build it again here";
    }
    return {};
}

/// The word after `mark` in the loader's message; empty when the message is of another kind.
std::string word_after(std::string_view message, std::string_view mark) {
    const auto at = message.find(mark);
    if (at == std::string_view::npos) return {};
    const auto word = message.substr(at + mark.size());
    return std::string(word.substr(0, word.find_first_of(" ,\t\n(")));
}

std::string next_step(const std::string& message) {
    const auto says = [&](const char* text) { return message.find(text) != std::string::npos; };
    if (const auto symbol = word_after(message, "undefined symbol: "); !symbol.empty()) {
        return "It uses " + base::demangled(symbol) +
               ", which none of its libraries has: link the one that does (-l...), or the source "
               "file that defines it";
    }
    if (says("cannot dynamically load")) return "It is a program: link it with -shared -fPIC";
    if (says("cannot open shared object file")) {
        return "It needs that library: install it here, or add its directory to LD_LIBRARY_PATH "
               "or to the script (-Wl,-rpath,DIRECTORY); `ldd` lists what is missing";
    }
    if (says("' not found")) return "It was built against newer libraries: build it again here";
    return "Build it again with `parallel-run build`";
}

/// noexcept: an exception of a static initialiser must not unwind through the loader, which would
/// leave it locked.
void* open_library(const std::string& path) noexcept {
    return ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
}

template <typename Function>
Function find(void* library, const char* name) {
    return reinterpret_cast<Function>(::dlsym(library, name));
}

std::string fault_of_entry_points(decltype(&parallel_run_abi_version) version,
                                  const EntryPoints& found) {
    const char* missing = version == nullptr      ? "parallel_run_abi_version"
                          : found.init == nullptr ? "parallel_run_init"
                          : found.run == nullptr  ? "parallel_run_run"
                                                  : nullptr;
    if (missing != nullptr) {
        return std::string("it exports no function ") + missing +
               ". In C++ end the script with PARALLEL_RUN_ENTRY_SCRIPT(init, run); elsewhere "
               "define what parallel_run/entry_script.h declares (extern \"C\", bind(C))";
    }
    if (const auto built_for = version(); built_for != PARALLEL_RUN_ABI_VERSION) {
        return "it was built for version " + std::to_string(built_for) +
               " of the entry script interface and this parallel-run has version " +
               std::to_string(PARALLEL_RUN_ABI_VERSION) +
               ". Build it again with the headers of this parallel-run";
    }
    return {};
}

}  // namespace

base::Result<EntryPoints> load_entry_points(const std::string& path) {
    const auto failure = [&](const std::string& why) {
        return base::Failure{"entry script " + path + ": " + why + "."};
    };
    if (const auto fault = fault_of_file(path); !fault.empty()) return failure(fault);

    // With a slash in it, else the loader would look for the name on its search path.
    void* library = open_library(std::filesystem::absolute(path));
    if (library == nullptr) {
        const std::string message = ::dlerror();
        return failure("it cannot be loaded: " + message + ". " + next_step(message));
    }
    const EntryPoints found{
        find<decltype(&parallel_run_init)>(library, "parallel_run_init"),
        find<decltype(&parallel_run_run)>(library, "parallel_run_run"),
        find<decltype(&parallel_run_shutdown)>(library, "parallel_run_shutdown"),
    };
    const auto version =
        find<decltype(&parallel_run_abi_version)>(library, "parallel_run_abi_version");
    if (const auto fault = fault_of_entry_points(version, found); !fault.empty()) {
        return failure(fault);
    }
    return found;
}

}  // namespace parallel_run::entry_host
