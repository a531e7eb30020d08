// SPDX-License-Identifier: Apache-2.0
#include "dataset/ordered_names.hpp"

#include <algorithm>
#include <cstring>

namespace parallel_run::dataset {

namespace {

constexpr std::size_t kBlock = 1024;

bool by_name(const char* a, const char* b) { return std::strcmp(a + 1, b + 1) < 0; }

}  // namespace

void OrderedNames::add(const char* name, EntryKind kind) {
    const auto size = std::strlen(name) + 1;
    auto* const copy = static_cast<char*>(memory_.allocate(size + 1, 1));
    *copy = static_cast<char>(kind);
    std::memcpy(copy + 1, name, size);
    names_.push_back(copy);
}

std::optional<Entry> OrderedNames::next() {
    if (taken_ == names_.size()) return std::nullopt;
    if (taken_ == sorted_) sort_next_block();
    const auto* const entry = names_[taken_++];
    return Entry{entry + 1, static_cast<EntryKind>(*entry)};
}

// An incremental quicksort: the part up to the nearest border is halved until it is small enough to
// sort, and the borders found on the way serve the later blocks.
void OrderedNames::sort_next_block() {
    const auto at = [this](std::size_t place) {
        return names_.begin() + static_cast<std::ptrdiff_t>(place);
    };
    if (borders_.empty()) borders_.push_back(names_.size());
    while (borders_.back() - sorted_ > kBlock) {
        const auto middle = sorted_ + (borders_.back() - sorted_) / 2;
        std::nth_element(at(sorted_), at(middle), at(borders_.back()), by_name);
        borders_.push_back(middle);
    }
    std::sort(at(sorted_), at(borders_.back()), by_name);
    sorted_ = borders_.back();
    borders_.pop_back();
}

}  // namespace parallel_run::dataset
