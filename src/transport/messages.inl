// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/codec.hpp"

namespace parallel_run::transport {

template <typename Each>
bool WorkMessage::read(std::string_view bytes, Each&& each) {
    base::Decoder in(bytes);
    auto index = in.varint();
    const auto attempt = in.integer<std::uint32_t>();
    while (in.ok() && !in.at_end()) {
        const auto descriptor = in.string();
        if (in.ok()) each(index++, attempt, descriptor);
    }
    return in.ok();
}

}  // namespace parallel_run::transport
