// SPDX-License-Identifier: Apache-2.0
#include "base/hasher.hpp"

#include <xxhash.h>

#include <cstring>
#include <new>

namespace parallel_run::base {

struct Hasher::State {
    XXH3_state_t* const xxh3 = XXH3_createState();
    State() {
        if (xxh3 == nullptr) throw std::bad_alloc();
        XXH3_128bits_reset(xxh3);
    }
    ~State() { XXH3_freeState(xxh3); }
    State(const State&) = delete;
    State& operator=(const State&) = delete;
};

Hasher::Hasher() : state_(std::make_unique<State>()) {}
Hasher::Hasher(Hasher&&) noexcept = default;
Hasher::~Hasher() = default;

void Hasher::add(std::string_view bytes) {
    XXH3_128bits_update(state_->xxh3, bytes.data(), bytes.size());
}

Digest Hasher::digest() const {
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(state_->xxh3));
    Digest digest;
    static_assert(sizeof canonical == sizeof digest);
    std::memcpy(digest.data(), &canonical, sizeof digest);
    return digest;
}

std::string to_text(const Digest& digest) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const char c : digest) {
        const auto byte = static_cast<unsigned char>(c);
        text += digits[byte >> 4U];
        text += digits[byte & 15U];
    }
    return text;
}

}  // namespace parallel_run::base
