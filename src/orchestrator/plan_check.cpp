// SPDX-License-Identifier: Apache-2.0
#include "orchestrator/plan_check.hpp"

namespace parallel_run::orchestrator {

PlanCheck::PlanCheck(const journal::State& earlier)
    : earlier_(earlier.plan), earlier_ended_(earlier.planned.has_value()) {
    agrees_ = earlier_.mini_batches == 0 && !earlier_ended_;
}

void PlanCheck::add(const dataset::PlanChunk& chunk) {
    const std::string_view bytes = chunk.bytes;
    std::size_t begin = 0;
    // The earlier mark may lie within the chunk.
    if (!agrees_ && earlier_.mini_batches - mini_batches_ <= chunk.count()) {
        const auto before = earlier_.mini_batches - mini_batches_;
        begin = before == 0 ? 0 : chunk.ends[before - 1];
        hasher_.add(bytes.substr(0, begin));
        agrees_ = true;
        differs_ = before + mini_batches_ > 0 && hasher_.digest() != earlier_.digest;
    }
    hasher_.add(bytes.substr(begin));
    mini_batches_ += chunk.count();
    if (agrees_ && earlier_ended_ && mini_batches_ > earlier_.mini_batches) differs_ = true;
}

void PlanCheck::end(std::uint64_t items) {
    if (!agrees_) differs_ = mini_batches_ != earlier_.mini_batches;
    agrees_ = true;
    if (!earlier_ended_ && !differs_) planned_ = journal::Planned{mark(), items};
}

std::optional<std::string> PlanCheck::difference() const {
    if (!differs_) return std::nullopt;
    return "the files of the input are not those of the earlier run whose output is here: one was "
           "added, removed or renamed, or a list was changed. Restore the input to go on, or start "
           "anew with --overwrite";
}

}  // namespace parallel_run::orchestrator
