// SPDX-License-Identifier: Apache-2.0
#include "script_fixture.hpp"

namespace parallel_run::test {

std::function<void()> on_init;
std::function<Rows(const MiniBatch&)> on_run;
std::function<void()> on_shutdown;

namespace {

void init() { on_init(); }
Rows run(const MiniBatch& mini_batch) { return on_run(mini_batch); }
void shutdown() { on_shutdown(); }

}  // namespace

}  // namespace parallel_run::test

PARALLEL_RUN_ENTRY_SCRIPT(parallel_run::test::init, parallel_run::test::run,
                          parallel_run::test::shutdown)
