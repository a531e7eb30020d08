// SPDX-License-Identifier: Apache-2.0
// run() throws from some frames down, through the C++ library, and by a detour: "rethrow" passes
// through a handler, "thread" is carried over from another thread, "at" comes out of the library;
// "terminate" is thrown where nobody catches it. The mini-batch's first file says which.
#include <future>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <parallel_run/entry_script.hpp>

namespace pr = parallel_run;

namespace {

// Not inlined and not the last call, so that each is a frame.
[[gnu::noinline]] int read_pixel(const std::string& name) {
    if (!name.empty()) throw std::runtime_error("cannot read " + name);
    return 0;
}

[[gnu::noinline]] int decode_image(const std::string& name) { return 1 + read_pixel(name); }

[[gnu::noinline]] int pixel_out_of_range(const std::vector<int>& pixels) {
    return 1 + pixels.at(pixels.size() + 1);
}

[[gnu::noinline]] int decode_again(const std::string& name) {
    try {
        return 1 + decode_image(name);
    } catch (const std::runtime_error&) {
        throw;
    }
}

void init() {}

pr::Rows run(const pr::MiniBatch& mini_batch) {
    const auto name = mini_batch.files()[0].filename().string();
    int pixel = 0;
    if (name == "rethrow") pixel = decode_again(name);
    if (name == "thread") pixel = std::async(std::launch::async, decode_image, name).get();
    if (name == "at") pixel = pixel_out_of_range({1, 2, 3});
    if (name == "terminate") std::thread([&] { pixel = decode_image(name); }).join();
    pr::Rows rows;
    for (std::size_t i = 0; i < mini_batch.files().size(); ++i) rows.append("{}", pixel);
    return rows;
}

}  // namespace

PARALLEL_RUN_ENTRY_SCRIPT(init, run)
