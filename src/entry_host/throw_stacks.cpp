// SPDX-License-Identifier: Apache-2.0
#include "entry_host/throw_stacks.hpp"

#include <dlfcn.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <typeinfo>

#include "entry_host/stack_walk.hpp"
#include "ring/last_words.hpp"

namespace parallel_run::entry_host {

namespace {

struct Stack {
    std::array<std::uint64_t, ring::kMaxFrames> frames;
    std::size_t size = 0;
};

Stack walk() {
    Stack stack;
    walk_stack([&](std::uint64_t address, bool) {
        stack.frames[stack.size++] = address;
        return stack.size < stack.frames.size();
    });
    return stack;
}

/// Atomics all through, because a throw must neither wait nor allocate: where threads throw more
/// than 256 exceptions while one is on its way, a stack may be lost or mixed up, and nothing else.
struct Throw {
    std::atomic<const void*> object{nullptr};
    std::atomic<std::size_t> size{0};
    std::array<std::atomic<std::uint64_t>, ring::kMaxFrames> frames;
};
std::array<Throw, 256> last_throws;
std::atomic<std::uint64_t> throw_count{0};

void remember_throw(const void* object) {
    const auto stack = walk();
    auto& slot = last_throws[throw_count.fetch_add(1) % last_throws.size()];
    slot.object.store(nullptr, std::memory_order_release);
    for (std::size_t i = 0; i < stack.size; ++i) {
        slot.frames[i].store(stack.frames[i], std::memory_order_relaxed);
    }
    slot.size.store(stack.size, std::memory_order_relaxed);
    slot.object.store(object, std::memory_order_release);
}

const void* object_of(const std::exception_ptr& exception) {
    // In every C++ library of this interface an exception_ptr is a pointer to the object thrown.
    static_assert(sizeof exception == sizeof(void*));
    const void* object = nullptr;
    // NOLINTNEXTLINE(bugprone-undefined-memory-manipulation)
    std::memcpy(&object, &exception, sizeof object);
    return object;
}

}  // namespace

std::vector<std::uint64_t> stack_of_throw(const std::exception_ptr& exception) {
    const auto* const object = object_of(exception);
    const auto count = throw_count.load();
    for (std::uint64_t back = 1; object != nullptr && back <= last_throws.size(); ++back) {
        const auto& slot = last_throws[(count - back) % last_throws.size()];
        if (slot.object.load(std::memory_order_acquire) != object) continue;
        const auto size = slot.size.load(std::memory_order_relaxed);
        return {slot.frames.begin(), slot.frames.begin() + static_cast<std::ptrdiff_t>(size)};
    }
    return {};
}

std::vector<std::uint64_t> stack_of_caller() {
    const auto stack = walk();
    return {stack.frames.begin(), stack.frames.begin() + static_cast<std::ptrdiff_t>(stack.size)};
}

}  // namespace parallel_run::entry_host

// The compiler turns `throw` into a call of this function.
// NOLINTBEGIN(bugprone-reserved-identifier,readability-identifier-naming)
extern "C" [[noreturn]] __attribute__((visibility("default"))) void __cxa_throw(
    void* object, std::type_info* type, void (*destroy)(void*)) {
    using Function = void (*)(void*, std::type_info*, void (*)(void*));
    static const auto next = reinterpret_cast<Function>(::dlsym(RTLD_NEXT, "__cxa_throw"));
    parallel_run::entry_host::remember_throw(object);
    next(object, type, destroy);
    std::abort();  // it does not return
}
// NOLINTEND(bugprone-reserved-identifier,readability-identifier-naming)
