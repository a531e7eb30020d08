// SPDX-License-Identifier: Apache-2.0
// run() dies some frames down, of what the mini-batch's first file says: "null" writes where
// nothing is, "overflow" uses up its stack, "divide" by zero, "abort", or "thread": another one
// writes there.
#include <cstdlib>
#include <string>
#include <thread>

#include <parallel_run/entry_script.hpp>

namespace pr = parallel_run;

namespace {

[[gnu::noinline]] void write_pixel(volatile int* pixel) { *pixel = 1; }

[[gnu::noinline]] int paint_image(volatile int* pixel) {
    write_pixel(pixel);
    return *pixel;
}

[[gnu::noinline]] int divide_pixels(volatile int* by) { return 100 / *by; }

[[gnu::noinline]] int descend(int depth) {
    volatile char page[4096];
    page[depth % 4096] = 1;
    return depth < 0 ? 0 : descend(depth + 1) + page[0];
}

[[gnu::noinline]] void give_up() { std::abort(); }

void init() {}

int crash(const std::string& how) {
    volatile int zero = 0;
    if (how == "divide") return divide_pixels(&zero);
    if (how == "overflow") return descend(1);
    if (how == "abort") give_up();
    if (how == "null") return paint_image(nullptr);
    if (how == "thread") std::thread([] { paint_image(nullptr); }).join();
    return 0;
}

pr::Rows run(const pr::MiniBatch& mini_batch) {
    const auto result = crash(mini_batch.files()[0].filename().string());
    pr::Rows rows;
    for (std::size_t i = 0; i < mini_batch.files().size(); ++i) rows.append("{}", result);
    return rows;
}

}  // namespace

PARALLEL_RUN_ENTRY_SCRIPT(init, run)
