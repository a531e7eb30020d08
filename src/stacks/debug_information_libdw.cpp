// SPDX-License-Identifier: Apache-2.0
#include <dwarf.h>

#include <cstdlib>
#include <map>
#include <optional>
#include <utility>

#include <elfutils/libdw.h>
#include <elfutils/libdwfl.h>

#include "base/demangle.hpp"
#include "stacks/debug_information.hpp"

namespace parallel_run::stacks {

namespace {

/// Only what lies on this machine: the standard callbacks may ask a server.
const Dwfl_Callbacks kLocalFilesOnly = {.find_elf = nullptr,
                                        .find_debuginfo = dwfl_build_id_find_debuginfo,
                                        .section_address = nullptr,
                                        .debuginfo_path = nullptr};

std::string name_of(Dwarf_Die& die) {
    Dwarf_Attribute attribute;
    const auto* name = dwarf_formstring(dwarf_attr_integrate(&die, DW_AT_linkage_name, &attribute));
    if (name == nullptr) name = dwarf_diename(&die);
    return name == nullptr ? "?" : base::demangled(name);
}

/// Where an inlined function was called.
std::pair<std::string, int> call_place(Dwarf_Die& inlined, Dwarf_Die& unit) {
    Dwarf_Attribute attribute;
    Dwarf_Word file = 0;
    Dwarf_Word line = 0;
    Dwarf_Files* files = nullptr;
    if (dwarf_formudata(dwarf_attr(&inlined, DW_AT_call_file, &attribute), &file) != 0 ||
        dwarf_formudata(dwarf_attr(&inlined, DW_AT_call_line, &attribute), &line) != 0 ||
        dwarf_getsrcfiles(&unit, &files, nullptr) != 0) {
        return {};
    }
    const char* const path = dwarf_filesrc(files, file, nullptr, nullptr);
    return {path == nullptr ? "" : path, static_cast<int>(line)};
}

using Scopes = std::vector<Dwarf_Die>;

/// What encloses an address, innermost first. dwarf_getscopes() alone would go on from an inlined
/// function to where it is defined, not to where it was inlined.
Scopes scopes_at(Dwarf_Die* unit, Dwarf_Addr address) {
    Scopes result;
    Dwarf_Die* found = nullptr;
    if (unit == nullptr || dwarf_getscopes(unit, address, &found) <= 0) return result;
    Dwarf_Die* enclosing = nullptr;
    const int count = dwarf_getscopes_die(found, &enclosing);
    if (count > 0) result.assign(enclosing, enclosing + count);
    std::free(enclosing);
    std::free(found);
    return result;
}

/// One file, as if it were loaded at address 0.
class File {
public:
    explicit File(const std::string& path) : dwfl_(dwfl_begin(&kLocalFilesOnly), &dwfl_end) {
        if (!dwfl_) return;
        module_ = dwfl_report_elf(dwfl_.get(), path.c_str(), path.c_str(), -1, 0, false);
        dwfl_report_end(dwfl_.get(), nullptr, nullptr);
    }

    std::vector<Function> functions_at(std::uint64_t offset) {
        const auto address = address_of(offset);
        if (!address) return {};
        auto functions = from_dwarf(*address);
        if (!functions.empty()) return functions;
        GElf_Off distance = 0;
        GElf_Sym symbol;
        const char* const name =
            dwfl_module_addrinfo(module_, *address, &distance, &symbol, nullptr, nullptr, nullptr);
        if (name != nullptr) functions.push_back({base::demangled(name), {}, 0});
        return functions;
    }

private:
    [[nodiscard]] std::optional<GElf_Addr> address_of(std::uint64_t offset) const {
        GElf_Addr bias = 0;
        auto* const elf = module_ == nullptr ? nullptr : dwfl_module_getelf(module_, &bias);
        std::size_t count = 0;
        if (elf == nullptr || elf_getphdrnum(elf, &count) != 0) return std::nullopt;
        for (int i = 0; i < static_cast<int>(count); ++i) {
            GElf_Phdr header;
            if (gelf_getphdr(elf, i, &header) == nullptr || header.p_type != PT_LOAD) continue;
            if (offset < header.p_offset || offset - header.p_offset >= header.p_filesz) continue;
            return offset - header.p_offset + header.p_vaddr + bias;
        }
        return std::nullopt;
    }

    std::vector<Function> from_dwarf(GElf_Addr address) {
        std::vector<Function> functions;
        Dwarf_Addr bias = 0;
        auto* const unit = dwfl_module_addrdie(module_, address, &bias);
        const auto scopes = scopes_at(unit, address - bias);
        auto place = line_at(address);
        for (auto scope : scopes) {
            const int tag = dwarf_tag(&scope);
            if (tag != DW_TAG_inlined_subroutine && tag != DW_TAG_subprogram) continue;
            functions.push_back({name_of(scope), std::move(place.first), place.second});
            if (tag == DW_TAG_subprogram) break;
            place = call_place(scope, *unit);
        }
        return functions;
    }

    std::pair<std::string, int> line_at(GElf_Addr address) {
        int line = 0;
        auto* const found = dwfl_module_getsrc(module_, address);
        if (found == nullptr) return {};
        const char* const path = dwfl_lineinfo(found, nullptr, &line, nullptr, nullptr, nullptr);
        return {path == nullptr ? "" : path, line};
    }

    std::unique_ptr<Dwfl, decltype(&dwfl_end)> dwfl_;
    Dwfl_Module* module_ = nullptr;
};

}  // namespace

class DebugInformation::Files {
public:
    File& at(const std::string& path) { return files_.try_emplace(path, path).first->second; }

private:
    std::map<std::string, File> files_;
};

DebugInformation::DebugInformation() : files_(std::make_unique<Files>()) {}
DebugInformation::~DebugInformation() = default;

std::vector<Function> DebugInformation::functions_at(const std::string& path,
                                                     std::uint64_t offset) {
    return files_->at(path).functions_at(offset);
}

}  // namespace parallel_run::stacks
