// SPDX-License-Identifier: Apache-2.0
#include "dataset/piece_scans.hpp"

namespace parallel_run::dataset {

std::optional<table::PieceScan> LocalScans::take(const std::stop_token& stop) {
    if (stop.stop_requested()) return std::nullopt;
    const auto request = std::move(requests_.front());
    requests_.pop_front();
    return table::scan_piece(request.format, request.piece, request.step);
}

}  // namespace parallel_run::dataset
