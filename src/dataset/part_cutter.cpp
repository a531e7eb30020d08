// SPDX-License-Identifier: Apache-2.0
#include "dataset/part_cutter.hpp"

#include <utility>

namespace parallel_run::dataset {

using table::Border;
using table::Range;

PartCutter::PartCutter(const config::MiniBatchSize& size, Range whole, std::uint64_t records_before)
    : size_(size), whole_(std::move(whole)), records_before_(records_before) {}

void PartCutter::add(const Border& border, std::vector<Range>& parts) {
    if (size_.unit == config::MiniBatchSize::Unit::rows) {
        cut_rows(border, parts);
    } else {
        cut_bytes(border, parts);
    }
    last_ = border;
}

void PartCutter::end(std::vector<Range>& parts) {
    if (size_.unit != config::MiniBatchSize::Unit::rows || last_.records_before == next_) return;
    auto& rest = parts.emplace_back(part(start_, last_.position));
    rest.skip = next_ - start_.records_before;
    rest.first_record = static_cast<std::int64_t>(records_before_ + next_);
}

void PartCutter::cut_bytes(const Border& border, std::vector<Range>& parts) {
    if (border.records_before == last_.records_before) return;
    parts.push_back(part(last_, border.position));
}

void PartCutter::cut_rows(const Border& border, std::vector<Range>& parts) {
    while (border.records_before - next_ >= size_.count) {
        auto& cut = parts.emplace_back(part(start_, border.position));
        cut.skip = next_ - start_.records_before;
        cut.count = size_.count;
        cut.first_record = static_cast<std::int64_t>(records_before_ + next_);
        next_ += size_.count;
        if (last_.records_before <= next_) start_ = last_;
    }
    if (border.records_before <= next_) start_ = border;
}

Range PartCutter::part(const Border& from, std::uint64_t end) const {
    auto cut = whole_;
    cut.begin = from.position;
    cut.end = end;
    cut.inside_quotes = from.inside_quotes;
    cut.first_record = static_cast<std::int64_t>(records_before_ + from.records_before);
    return cut;
}

}  // namespace parallel_run::dataset
