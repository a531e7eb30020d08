// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <stop_token>

#include "table/format.hpp"
#include "table/scan.hpp"

namespace parallel_run::dataset {

/// A piece of a text file that is to be looked through (see table::scan_piece()).
struct PieceRequest {
    std::uint32_t input = 0;
    table::Format format;
    table::Range piece;
    std::uint64_t step = 1;
};

/// Whoever looks through files for a plan: pieces are asked for ahead, and taken in the same order.
class PieceScans {
public:
    virtual ~PieceScans() = default;

    /// How many pieces should be asked for ahead.
    [[nodiscard]] virtual std::size_t ahead() const = 0;
    virtual void ask(PieceRequest request) = 0;
    /// The oldest piece asked for and not taken; waits for it. Nothing soon after `stop` is
    /// requested. Throws table::ReadError. Precondition: there is one.
    virtual std::optional<table::PieceScan> take(const std::stop_token& stop) = 0;
};

/// Looks through the pieces when they are taken, on the caller's thread.
class LocalScans : public PieceScans {
public:
    [[nodiscard]] std::size_t ahead() const override { return 1; }
    void ask(PieceRequest request) override { requests_.push_back(std::move(request)); }
    std::optional<table::PieceScan> take(const std::stop_token& stop) override;

private:
    std::deque<PieceRequest> requests_;
};

}  // namespace parallel_run::dataset
