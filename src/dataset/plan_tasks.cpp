// SPDX-License-Identifier: Apache-2.0
#include "dataset/plan_tasks.hpp"

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <utility>

#include "base/codec.hpp"
#include "base/error.hpp"
#include "base/overloaded.hpp"
#include "dataset/descriptor.hpp"

namespace parallel_run::dataset {

namespace {

enum Kind : std::uint64_t { kScan, kSplit, kMerge };

void put_piece(const PlanTask& task, const table::Range& piece, base::Encoder& out) {
    std::string descriptor;
    encode(task.input, piece, descriptor);
    out.string(descriptor);
}

void get_piece(base::Decoder& in, table::Range& piece) {
    DescriptorView view;
    if (!decode(in.string(), view) || !view.is_table) return in.fail();
    piece = view.part;
}

ScanTask get_scan(base::Decoder& in) {
    ScanTask task;
    get_piece(in, task.piece);
    task.step = in.varint();
    if (task.step == 0) in.fail();
    return task;
}

SplitTask get_split(base::Decoder& in) {
    SplitTask task;
    get_piece(in, task.piece);
    task.keys = in.strings();
    task.buckets = in.varint();
    task.to = in.string();
    if (task.buckets == 0) in.fail();
    return task;
}

MergeTask get_merge(base::Decoder& in) {
    MergeTask task;
    task.directory = in.string();
    task.pieces = in.varint();
    task.bucket = in.varint();
    return task;
}

}  // namespace

PlanAnswer carry_out(const PlanTask& task, const table::Format& format) {
    return std::visit(
        base::Overloaded{
            [&](const ScanTask& scan) -> PlanAnswer {
                return table::scan_piece(format, scan.piece, scan.step);
            },
            [&](const SplitTask& split) -> PlanAnswer { return split_by_key(split, format); },
            [](const MergeTask& merge) -> PlanAnswer { return merge_bucket(merge); },
        },
        task.work);
}

std::string describe(const PlanTask& task) {
    const auto place = [](const table::Range& piece) {
        return piece.file + ", " + describe(piece);
    };
    return std::visit(
        base::Overloaded{
            [&](const ScanTask& scan) { return "looking through " + place(scan.piece); },
            [&](const SplitTask& split) { return "splitting by key " + place(split.piece); },
            [](const MergeTask& merge) {
                return "merging " + bucket_path(merge.directory, merge.bucket);
            },
        },
        task.work);
}

void encode(const PlanTask& task, std::string& out) {
    base::Encoder encoder(out);
    encoder.varint(task.input);
    encoder.varint(task.work.index());
    std::visit(base::Overloaded{
                   [&](const ScanTask& scan) {
                       put_piece(task, scan.piece, encoder);
                       encoder.varint(scan.step);
                   },
                   [&](const SplitTask& split) {
                       put_piece(task, split.piece, encoder);
                       encoder.strings(split.keys);
                       encoder.varint(split.buckets);
                       encoder.string(split.to);
                   },
                   [&](const MergeTask& merge) {
                       encoder.string(merge.directory);
                       encoder.varint(merge.pieces);
                       encoder.varint(merge.bucket);
                   },
               },
               task.work);
}

bool decode(std::string_view bytes, PlanTask& task) {
    base::Decoder in(bytes);
    task.input = in.integer<std::uint32_t>();
    switch (in.varint()) {
        case kScan: task.work = get_scan(in); break;
        case kSplit: task.work = get_split(in); break;
        case kMerge: task.work = get_merge(in); break;
        default: return false;
    }
    return in.finished();
}

void encode(const PlanAnswer& answer, std::string& out) {
    base::Encoder encoder(out);
    std::visit(base::Overloaded{
                   [&](const SplitSummary& summary) {
                       encoder.varint(summary.rows);
                       encoder.varint(summary.malformed);
                   },
                   [&](const auto& other) { encode(other, encoder); },
               },
               answer);
}

bool decode(std::string_view bytes, const PlanTask& task, PlanAnswer& answer) {
    base::Decoder in(bytes);
    if (const auto* const asked = std::get_if<ScanTask>(&task.work)) {
        table::PieceScan scan;
        table::decode(in, scan);
        if (scan.begin != asked->piece.begin || scan.end != asked->piece.end) in.fail();
        answer = std::move(scan);
    } else if (std::holds_alternative<SplitTask>(task.work)) {
        const auto rows = in.varint();
        answer = SplitSummary{rows, in.varint()};
    } else {
        std::vector<KeyGroup> groups;
        decode(in, groups);
        answer = std::move(groups);
    }
    return in.finished();
}

LocalTasks::~LocalTasks() {
    std::error_code ignored;
    if (!directory_.empty()) std::filesystem::remove_all(directory_, ignored);
}

std::optional<PlanAnswer> LocalTasks::take(const std::stop_token& stop) {
    if (stop.stop_requested()) return std::nullopt;
    const auto task = std::move(tasks_.front());
    tasks_.pop_front();
    return carry_out(task, task.format);
}

const std::string& LocalTasks::directory() {
    if (!directory_.empty()) return directory_;
    auto path = (std::filesystem::temp_directory_path() / "parallel-run-plan.XXXXXX").string();
    if (::mkdtemp(path.data()) == nullptr) {
        throw base::EnvironmentError(base::system_error_text("cannot create " + path, errno) +
                                     ". Set TMPDIR to a directory with room for the input twice");
    }
    return directory_ = std::move(path);
}

}  // namespace parallel_run::dataset
