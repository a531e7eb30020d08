// SPDX-License-Identifier: Apache-2.0
#include "journal/reader.hpp"

#include <utility>

namespace parallel_run::journal {

namespace {

std::string message_for(Verdict verdict, const std::string& path, const Tail& tail) {
    const std::string anew = "--overwrite discards it and what it records, and starts anew.";
    switch (verdict) {
        case Verdict::other_run:
            return path +
                   " is the journal of a different run. Give this one another output "
                   "directory, or repeat the earlier command to go on with it; " +
                   anew;
        case Verdict::newer_version:
            return path + " was written by a newer parallel-run: it " + tail.reason +
                   ". Go on with that program; " + anew;
        case Verdict::unusable:
            return path + " cannot be used as a journal: it " + tail.reason +
                   ". Restore it from a copy to go on; " + anew;
        default: return {};
    }
}

}  // namespace

Reader::Reader(std::string_view bytes) : bytes_(bytes) {
    const auto parsed = parse_header(bytes);
    if (const auto* wrong = std::get_if<Wrong>(&parsed)) {
        verdict_ = Verdict::unusable;
        end(wrong->flaw, wrong->reason);
        return;
    }
    const auto& header = std::get<ParsedHeader>(parsed);
    if (header.version != kVersion) {
        verdict_ = Verdict::newer_version;
        end(Flaw::none, "has version " + std::to_string(header.version));
        return;
    }
    header_ = header.header;
    chain_ = header.chain;
    tail_.at = kHeaderBytes;
}

void Reader::end(Flaw flaw, std::string reason) {
    tail_.flaw = flaw;
    tail_.bytes = bytes_.size() - tail_.at;
    tail_.reason = std::move(reason);
}

std::optional<Record> Reader::next() {
    if (verdict_ != Verdict::usable || !tail_.reason.empty() || tail_.at == bytes_.size()) {
        return std::nullopt;
    }
    const auto parsed = parse_frame(bytes_.substr(tail_.at), chain_);
    if (const auto* wrong = std::get_if<Wrong>(&parsed)) {
        end(wrong->flaw, wrong->reason);
        return std::nullopt;
    }
    const auto& frame = std::get<Frame>(parsed);
    if (!is_known_kind(frame.kind)) {
        verdict_ = Verdict::newer_version;
        end(Flaw::none, "has a record of kind " + std::to_string(frame.kind));
        return std::nullopt;
    }
    auto record = decode(frame.kind, frame.payload);
    const auto objection = record ? state_.check(*record) : "is not of its kind's form";
    if (!objection.empty()) {
        end(Flaw::damaged, "has a record that " + objection);
        return std::nullopt;
    }
    state_.apply(*record);
    chain_ = frame.chain;
    tail_.at += frame.size;
    return record;
}

base::Result<Recovery> recover(Storage& storage, const std::string& path,
                               const std::optional<Digest>& expected) {
    auto bytes = storage.read(path);
    if (!bytes) return base::Failure{bytes.error()};
    Recovery recovery;
    if (!bytes.value()) return recovery;
    recovery.bytes = std::move(*bytes.value());

    Reader reader(recovery.bytes);
    recovery.header = reader.header();
    recovery.verdict = reader.verdict();
    const bool readable = recovery.verdict == Verdict::usable;
    if (readable && expected && reader.header().fingerprint != *expected) {
        recovery.verdict = Verdict::other_run;
    } else {
        while (reader.next()) {
        }
        recovery.verdict = reader.verdict();
    }
    recovery.tail = reader.tail();
    recovery.state = std::move(reader.state());
    recovery.message = message_for(recovery.verdict, path, recovery.tail);
    return recovery;
}

}  // namespace parallel_run::journal
