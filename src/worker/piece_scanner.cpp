// SPDX-License-Identifier: Apache-2.0
#include "worker/piece_scanner.hpp"

#include <chrono>
#include <exception>
#include <utility>

#include "dataset/descriptor.hpp"

namespace parallel_run::worker {

namespace {

using transport::ScanMessage;
using transport::ScannedMessage;

ScannedMessage scan(const table::Format& format, const table::Range& piece, std::uint64_t step) {
    try {
        return {{}, table::scan_piece(format, piece, step)};
    } catch (const std::exception& error) {
        const std::string reason = error.what();
        return {reason.empty() ? "cannot look through " + piece.file : reason, {}};
    }
}

}  // namespace

bool PieceScanner::start(std::string_view payload) {
    ScanMessage message;
    dataset::DescriptorView view;
    if (!decode(payload, message) || !dataset::decode(message.piece, view) || !view.is_table ||
        view.input >= formats_.size()) {
        return false;
    }
    waiting_.push_back(std::move(message));
    go_on();
    return true;
}

std::optional<ScannedMessage> PieceScanner::poll() {
    using namespace std::chrono_literals;
    if (!running_.valid() || running_.wait_for(0s) != std::future_status::ready) {
        return std::nullopt;
    }
    auto answer = running_.get();
    go_on();
    return answer;
}

void PieceScanner::go_on() {
    if (running_.valid() || waiting_.empty()) return;
    dataset::DescriptorView view;
    dataset::decode(waiting_.front().piece, view);
    running_ = std::async(std::launch::async, scan, std::cref(formats_[view.input]), view.part,
                          waiting_.front().step);
    waiting_.pop_front();
}

}  // namespace parallel_run::worker
