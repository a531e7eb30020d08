// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <future>
#include <optional>
#include <string_view>
#include <vector>

#include "transport/messages.hpp"

namespace parallel_run::worker {

/// Looks through pieces of text files for the plan (see table::PieceScan), one after another on a
/// thread of its own. Called by one thread; its end waits for the piece in progress.
class PieceScanner {
public:
    /// Of each input; must outlive it.
    explicit PieceScanner(const std::vector<table::Format>& formats) : formats_(formats) {}

    /// The payload of Order::scan. Returns whether it makes sense.
    bool start(std::string_view payload);
    /// The next answer in the order of start(), if it is there. Never blocks.
    std::optional<transport::ScannedMessage> poll();

private:
    void go_on();

    const std::vector<table::Format>& formats_;
    std::deque<transport::ScanMessage> waiting_;
    std::future<transport::ScannedMessage> running_;
};

}  // namespace parallel_run::worker
