// SPDX-License-Identifier: Apache-2.0
#include "table/record_ends.hpp"

#include "table/byte_masks.hpp"

namespace parallel_run::table {

std::size_t RecordEnds::find(std::string_view text) {
    if (!quote_) {
        const auto found = text.find('\n');
        return found == kNone ? kNone : found + 1;
    }
    for (std::size_t i = 0; i < text.size(); i += Block::kBytes) {
        const Block block(text.substr(i));
        const auto quotes = block.where(*quote_);
        const auto ends = block.where('\n') & ~(running_parity(quotes) ^ spread(inside_));
        if (ends != 0) {
            inside_ = false;
            return i + static_cast<unsigned>(std::countr_zero(ends)) + 1;
        }
        inside_ ^= is_odd(quotes);
    }
    return kNone;
}

void RecordEnds::pass(std::string_view text) {
    if (quote_) inside_ ^= count_of(text, *quote_) % 2 != 0;
}

}  // namespace parallel_run::table
