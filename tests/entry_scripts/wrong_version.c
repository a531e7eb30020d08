/* SPDX-License-Identifier: Apache-2.0 */
/* An entry script of another version of the interface. */
#include <parallel_run/entry_script.h>

uint32_t parallel_run_abi_version(void) { return PARALLEL_RUN_ABI_VERSION + 41; }

int32_t parallel_run_init(const parallel_run_engine* engine) {
    (void)engine;
    return 0;
}

int32_t parallel_run_run(const parallel_run_mini_batch* mini_batch, const parallel_run_rows* rows) {
    (void)mini_batch;
    (void)rows;
    return 0;
}
