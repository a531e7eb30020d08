// SPDX-License-Identifier: Apache-2.0
#include "stacks/stack_text.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>
#include <utility>

namespace parallel_run::stacks {

namespace {

/// A line to be: a function, or a place of which no function is known.
struct Frame {
    Function function;
    CodePlace place;
    std::uint64_t address = 0;
};
using Frames = std::vector<Frame>;

std::string_view name_of_path(std::string_view path) {
    return path.substr(path.find_last_of('/') + 1);
}

/// What every stack of the system begins in.
bool is_of_system(std::string_view module) {
    constexpr std::array kNames = {"libc.so", "libstdc++.so", "ld-linux", "libpthread.so"};
    const auto name = name_of_path(module);
    return std::any_of(kNames.begin(), kNames.end(),
                       [&](std::string_view known) { return name.starts_with(known); });
}

/// The wrapper that entry_script.hpp puts around a C++ script's functions. In another language
/// parallel_run_run is the script's own.
void leave_out_wrapper(Frames& frames) {
    const auto is_detail = [](const Frame& frame) {
        return frame.function.name.find("parallel_run::detail::EntryPoints<") != std::string::npos;
    };
    const auto first = std::find_if(frames.begin(), frames.end(), is_detail);
    if (first != frames.begin()) frames.erase(first, frames.end());
}

Frames functions_of(const std::vector<CodePlace>& places,
                    const std::vector<std::uint64_t>& addresses, Symboliser* symboliser) {
    static const std::vector<Function> k_none;
    Frames frames;
    for (std::size_t i = 0; i < places.size(); ++i) {
        const auto& functions =
            symboliser == nullptr ? k_none : symboliser->functions_at(places[i]);
        for (const auto& function : functions) {
            frames.push_back({function, places[i], addresses[i]});
        }
        if (functions.empty()) frames.push_back({{}, places[i], addresses[i]});
    }
    return frames;
}

std::string hexadecimal(std::uint64_t number) {
    std::array<char, 24> text{};
    std::snprintf(text.data(), text.size(), "0x%llx", static_cast<unsigned long long>(number));
    return text.data();
}

/// Names of templates may fill pages.
std::string short_name(const std::string& name) {
    constexpr std::size_t kLongest = 160;
    return name.size() <= kLongest ? name : name.substr(0, kLongest) + "...";
}

std::string line_of(const Frame& frame) {
    const auto& [function, place, address] = frame;
    if (place.module.empty()) return hexadecimal(address) + " in no module";
    const std::string module(name_of_path(place.module));
    if (function.name.empty()) return module + " +" + hexadecimal(place.offset);
    const auto name = short_name(function.name);
    if (function.file.empty()) return name + " (" + module + ")";
    return name + " at " + function.file + ":" + std::to_string(function.line) + " (" + module +
           ")";
}

/// A function that calls itself a thousand times is not worth as many lines.
std::string text_of(const Frames& frames) {
    std::string text;
    std::string last;
    std::size_t repeated = 0;
    const auto tell_repeated = [&] {
        if (repeated > 0) text += "       " + std::to_string(repeated) + " more like it\n";
        repeated = 0;
    };
    for (std::size_t i = 0; i < frames.size(); ++i) {
        auto line = line_of(frames[i]);
        if (line == last) {
            ++repeated;
            continue;
        }
        tell_repeated();
        text += "    #" + std::to_string(i) + " " + line + "\n";
        last = std::move(line);
    }
    tell_repeated();
    return text;
}

}  // namespace

std::string stack_text(const std::vector<std::uint64_t>& stack, const ModuleMap& modules,
                       const std::string& host, Symboliser* symboliser) {
    auto addresses = stack;
    const auto is_host = [&](std::uint64_t address) {
        return modules.find(address).module == host;
    };
    const auto is_machinery = [&](std::uint64_t address) {
        return is_host(address) || is_of_system(modules.find(address).module);
    };
    const auto first = std::find_if_not(addresses.begin(), addresses.end(), is_host);
    const auto last = std::find_if_not(addresses.rbegin(), addresses.rend(), is_machinery).base();
    if (first < last) addresses = {first, last};

    std::vector<CodePlace> places;
    for (const auto address : addresses) places.push_back(modules.find(address));
    auto frames = functions_of(places, addresses, symboliser);
    leave_out_wrapper(frames);

    return text_of(frames);
}

}  // namespace parallel_run::stacks
