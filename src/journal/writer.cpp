// SPDX-License-Identifier: Apache-2.0
#include "journal/writer.hpp"

#include <stdexcept>
#include <utility>

namespace parallel_run::journal {

namespace {

/// The valid records of a journal as they are in a file that begins with `content`.
Chain copy_records(const Recovery& recovery, Chain chain, std::string& content) {
    const auto valid = std::string_view(recovery.bytes).substr(0, recovery.tail.at);
    auto old_chain = std::get<ParsedHeader>(parse_header(valid)).chain;
    for (auto rest = valid.substr(kHeaderBytes); !rest.empty();) {
        const auto frame = std::get<Frame>(parse_frame(rest, old_chain));
        chain = append_frame(content, frame.kind, frame.payload, chain);
        old_chain = frame.chain;
        rest.remove_prefix(frame.size);
    }
    return chain;
}

}  // namespace

base::Result<JournalWriter> JournalWriter::create(Storage& storage, const std::string& output,
                                                  const Header& header) {
    JournalWriter writer;
    std::string content;
    writer.chain_ = append_header(content, header);
    if (auto error = writer.start(storage, output, content); !error.empty()) {
        return base::Failure{error};
    }
    return writer;
}

base::Result<JournalWriter> JournalWriter::go_on(Storage& storage, const std::string& output,
                                                 Recovery recovery, std::uint64_t salt) {
    JournalWriter writer;
    std::string content;
    const auto chain = append_header(content, {recovery.header.fingerprint, salt});
    writer.chain_ = copy_records(recovery, chain, content);
    writer.state_ = std::move(recovery.state);
    if (auto error = writer.start(storage, output, content); !error.empty()) {
        return base::Failure{error};
    }
    return writer;
}

std::string JournalWriter::start(Storage& storage, const std::string& output,
                                 std::string_view content) {
    path_ = journal_path(output);
    if (auto error = storage.make_directory(state_directory(output)); !error.empty()) return error;
    if (auto error = storage.sync_directory(output); !error.empty()) return error;
    auto file = replace_durably(storage, path_, content);
    if (!file) return file.error();
    file_ = std::move(file.value());
    return {};
}

std::string JournalWriter::append(const Record& record) {
    if (!failure_.empty()) return failure_;
    if (const auto objection = state_.check(record); !objection.empty()) {
        throw std::logic_error("the journal was given a record that " + objection);
    }
    const auto payload = encode(record);
    if (payload.size() > kMaxPayloadBytes) {
        throw std::logic_error("the journal was given a record of impossible length");
    }
    std::string frame;
    const auto chain = append_frame(frame, kind_of(record), payload, chain_);
    if (const auto error = append_durably(*file_, frame); !error.empty()) {
        failure_ =
            path_ + ": " + error +
            ". What it recorded before stays valid: the same command, without overwrite, goes on "
            "from there.";
        return failure_;
    }
    chain_ = chain;
    state_.apply(record);
    return {};
}

}  // namespace parallel_run::journal
