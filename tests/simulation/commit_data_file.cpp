// SPDX-License-Identifier: Apache-2.0
#include "simulation/commit_data_file.hpp"

#include <algorithm>
#include <utility>

namespace parallel_run::commit_simulation {

using journal::Fault;
using journal::FaultPlan;

namespace {

constexpr auto kDirectory = "out";
constexpr auto kPath = "out/rows";

}  // namespace

std::string DataFile::make() {
    if (storage_.has(kPath)) return {};
    const auto made = storage_.create(kPath);
    return made ? "" : made.error();
}

std::string DataFile::sync_directory() {
    auto error = storage_.sync_directory(kDirectory);
    if (error.empty()) durably_published_ = published_;
    return error;
}

std::string DataFile::cut(std::uint64_t bytes) {
    const auto fault = storage_.faults().begin_call();
    if (fails(fault)) return error_text(fault, "cannot cut the data file");
    if (bytes < bytes_.size()) unsynced_cut_ = std::min(bytes, unsynced_cut_.value_or(bytes));
    bytes_.resize(bytes);
    for (auto& write : unsynced_) {
        write.bytes = write.offset < bytes ? std::min(write.bytes, bytes - write.offset) : 0;
    }
    FaultPlan::end_call(fault);
    return {};
}

base::Result<std::uint64_t> DataFile::write(int rank, std::uint64_t offset,
                                            std::string_view bytes) {
    const auto fault = storage_.faults().begin_call();
    const bool part = fails(fault) || fault == Fault::short_write;
    const auto taken = part && bytes.size() > 1 ? bytes.size() / 2 : bytes.size();
    bytes_.resize(std::max<std::size_t>(bytes_.size(), offset + taken));
    bytes_.replace(offset, taken, bytes.substr(0, taken));
    unsynced_.push_back({rank, offset, taken});
    FaultPlan::end_call(fault);
    if (fails(fault)) return base::Failure{error_text(fault, "cannot write the data file")};
    return taken;
}

std::string DataFile::sync(int rank) {
    const auto fault = storage_.faults().begin_call();
    if (!fails(fault) || random_.chance(0.5)) keep_cut();
    for (const auto& write : unsynced_) {
        if (write.rank != rank) continue;
        if (fails(fault)) {
            keep_some(write);
        } else {
            keep(write, write.bytes);
        }
    }
    std::erase_if(unsynced_, [rank](const Write& write) { return write.rank == rank; });
    FaultPlan::end_call(fault);
    return fails(fault) ? error_text(fault, "cannot sync the data file") : "";
}

std::string DataFile::publish() {
    const auto fault = storage_.faults().begin_call();
    if (!fails(fault) || (fault == Fault::io_error && random_.chance(0.5))) published_ = true;
    FaultPlan::end_call(fault);
    return fails(fault) ? error_text(fault, "cannot rename the data file") : "";
}

void DataFile::lose_unsynced() {
    if (random_.chance(0.5)) keep_cut();
    for (const auto& write : std::exchange(unsynced_, {})) keep_some(write);
    unsynced_cut_.reset();
    published_ = durably_published_ = random_.chance(0.5) ? published_ : durably_published_;
    if (!storage_.has(kPath)) durable_.clear();
    bytes_ = durable_;
}

void DataFile::keep(const Write& write, std::uint64_t bytes) {
    if (bytes == 0) return;
    durable_.resize(std::max<std::size_t>(durable_.size(), write.offset + bytes));
    durable_.replace(write.offset, bytes, bytes_.substr(write.offset, bytes));
}

void DataFile::keep_some(const Write& write) {
    switch (random_.below(4)) {
        case 0: return;
        case 1: return keep(write, write.bytes);
        default: return keep(write, random_.below(write.bytes + 1));
    }
}

void DataFile::keep_cut() {
    const auto cut = std::exchange(unsynced_cut_, std::nullopt);
    if (cut && *cut < durable_.size()) durable_.resize(*cut);
}

}  // namespace parallel_run::commit_simulation
