// SPDX-License-Identifier: Apache-2.0
#include "journal/record.hpp"

#include <algorithm>
#include <limits>

#include "base/codec.hpp"
#include "base/overloaded.hpp"

namespace parallel_run::journal {

namespace {

constexpr std::uint32_t kEpoch = 1;
constexpr std::uint32_t kPlanned = 2;
constexpr std::uint32_t kCompleted = 3;
constexpr std::uint32_t kDeclared = 4;

void put(base::Encoder& out, const PlanMark& plan) {
    out.varint(plan.mini_batches);
    out.string({plan.digest.data(), plan.digest.size()});
}

PlanMark get_plan(base::Decoder& in) {
    PlanMark plan;
    plan.mini_batches = in.varint();
    const auto digest = in.string();
    if (digest.size() == plan.digest.size()) {
        std::copy(digest.begin(), digest.end(), plan.digest.begin());
    } else {
        in.fail();
    }
    return plan;
}

constexpr std::array kCounters{
    &Counters::processed,    &Counters::failed, &Counters::items_succeeded,
    &Counters::items_failed, &Counters::rows,   &Counters::surplus_rows,
    &Counters::retries};

void put(base::Encoder& out, const Counters& counters) {
    for (const auto counter : kCounters) out.varint(counters.*counter);
}

Counters get_counters(base::Decoder& in) {
    Counters counters;
    for (const auto counter : kCounters) counters.*counter = in.varint();
    return counters;
}

void put(base::Encoder& out, const std::vector<Block>& blocks) {
    out.varint(blocks.size());
    for (const auto& block : blocks) {
        out.varint(block.rank);
        out.varint(block.offset);
        out.varint(block.bytes);
        out.varint(block.checksum);
    }
}

std::vector<Block> get_blocks(base::Decoder& in) {
    std::vector<Block> blocks;
    for (auto left = in.varint(); left > 0 && in.ok(); --left) {
        Block block;
        block.rank = in.integer<std::uint32_t>();
        block.offset = in.varint();
        block.bytes = in.varint();
        block.checksum = in.varint();
        blocks.push_back(block);
    }
    return blocks;
}

/// Each range as twice its distance from the end of the one before, plus 1 if a second number
/// follows: its count less 2. So a mini-batch on its own, the costly case, takes one number.
void put(base::Encoder& out, const std::vector<Range>& ranges) {
    out.varint(ranges.size());
    std::uint64_t end = 0;
    for (const auto& range : ranges) {
        const bool several = range.count > 1;
        out.varint((range.first - end) << 1 | (several ? 1 : 0));
        if (several) out.varint(range.count - 2);
        end = range.end();
    }
}

std::vector<Range> get_ranges(base::Decoder& in) {
    constexpr auto kMost = std::numeric_limits<std::uint64_t>::max() / 4;
    std::vector<Range> ranges;
    auto left = in.varint();
    ranges.reserve(std::min<std::uint64_t>(left, in.rest().size()));
    std::uint64_t end = 0;
    for (; left > 0 && in.ok(); --left) {
        const auto step = in.varint();
        const auto extra = (step & 1) != 0 ? in.varint() : 0;
        if (end > kMost || extra > kMost) in.fail();
        const Range range{end + (step >> 1), 1 + (step & 1) + extra};
        ranges.push_back(range);
        end = range.end();
    }
    return ranges;
}

void put(base::Encoder& out, const Epoch& epoch) {
    out.varint(epoch.number);
    out.varint(epoch.file_bytes);
    put(out, epoch.counters);
    put(out, epoch.plan);
    put(out, epoch.blocks);
    put(out, epoch.committed);
}

Epoch get_epoch(base::Decoder& in) {
    Epoch epoch;
    epoch.number = in.varint();
    epoch.file_bytes = in.varint();
    epoch.counters = get_counters(in);
    epoch.plan = get_plan(in);
    epoch.blocks = get_blocks(in);
    epoch.committed = get_ranges(in);
    return epoch;
}

}  // namespace

std::uint32_t kind_of(const Record& record) {
    return std::visit(base::Overloaded{[](const Epoch&) { return kEpoch; },
                                       [](const Planned&) { return kPlanned; },
                                       [](const Completed&) { return kCompleted; },
                                       [](const Declared&) { return kDeclared; }},
                      record);
}

bool is_known_kind(std::uint32_t kind) { return kind >= kEpoch && kind <= kDeclared; }

std::string encode(const Record& record) {
    std::string payload;
    base::Encoder out(payload);
    std::visit(base::Overloaded{[&](const Epoch& epoch) { put(out, epoch); },
                                [&](const Planned& planned) {
                                    put(out, planned.plan);
                                    out.varint(planned.items);
                                },
                                [&](const Completed& done) { put(out, done.counters); },
                                [&](const Declared& declared) { encode(declared.columns, out); }},
               record);
    return payload;
}

std::optional<Record> decode(std::uint32_t kind, std::string_view payload) {
    base::Decoder in(payload);
    Record record;
    if (kind == kEpoch) {
        record = get_epoch(in);
    } else if (kind == kPlanned) {
        const auto plan = get_plan(in);
        record = Planned{plan, in.varint()};
    } else if (kind == kCompleted) {
        record = Completed{get_counters(in)};
    } else {
        record = Declared{schema::decode_columns(in)};
    }
    if (!in.finished()) return std::nullopt;
    return record;
}

}  // namespace parallel_run::journal
