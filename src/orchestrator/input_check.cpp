// SPDX-License-Identifier: Apache-2.0
#include "orchestrator/input_check.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <string_view>

#include "base/time_format.hpp"
#include "dataset/file_source.hpp"
#include "dataset/plan.hpp"
#include "orchestrator/plan_check.hpp"

namespace parallel_run::orchestrator {

namespace {

using Clock = std::chrono::system_clock;

/// Digested at a time.
constexpr std::uint64_t kChunkMiniBatches = 1024;
constexpr std::size_t kChunkBytes = 64 << 10;

Clock::time_point time_of(const timespec& time) {
    return Clock::time_point(std::chrono::duration_cast<Clock::duration>(
        std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec)));
}

std::optional<std::string> change_of(std::string_view path, Clock::time_point began) {
    const std::string name(path);
    struct stat status {};
    if (::stat(name.c_str(), &status) != 0) return std::nullopt;
    const auto changed = std::max(time_of(status.st_mtim), time_of(status.st_ctim));
    if (changed <= began) return std::nullopt;
    return "input file " + name + " has changed since the earlier run whose output is here: at " +
           base::format_iso8601(changed) + ", and that began at " + base::format_iso8601(began) +
           ". Start anew with --overwrite, or choose another --output";
}

}  // namespace

std::optional<std::string> changed_file(const config::Step& step, Clock::time_point began,
                                        const std::stop_token& stop) {
    for (const auto& input : step.input) {
        const auto files = dataset::open_input(input);
        while (const auto path = files->next(stop)) {
            if (auto change = change_of(*path, began)) return change;
            if (stop.stop_requested()) return std::nullopt;
        }
    }
    return std::nullopt;
}

std::optional<std::string> input_difference(const config::Step& step, const journal::State& earlier,
                                            Clock::time_point began, const std::stop_token& stop) {
    if (auto change = changed_file(step, began, stop)) return change;
    if (config::gathers_rows(step)) return std::nullopt;  // the fingerprint lists the files
    dataset::Plan plan(step);
    PlanCheck check(earlier);
    dataset::PlanChunk chunk;
    std::uint64_t items = 0;
    while (const auto planned_items = plan.append_next(chunk.bytes, stop)) {
        if (stop.stop_requested()) return std::nullopt;
        items += *planned_items;
        chunk.items.push_back(*planned_items);
        chunk.ends.push_back(static_cast<std::uint32_t>(chunk.bytes.size()));
        if (chunk.count() < kChunkMiniBatches && chunk.bytes.size() < kChunkBytes) continue;
        check.add(chunk);
        chunk.bytes.clear();
        chunk.items.clear();
        chunk.ends.clear();
    }
    if (stop.stop_requested()) return std::nullopt;
    check.add(chunk);
    check.end(items);
    return check.difference();
}

}  // namespace parallel_run::orchestrator
