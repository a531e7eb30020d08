/* SPDX-License-Identifier: Apache-2.0 */
/* One row per file, in plain C: its name. */
#include <string.h>

#include <parallel_run/entry_script.h>

uint32_t parallel_run_abi_version(void) { return PARALLEL_RUN_ABI_VERSION; }

int32_t parallel_run_init(const parallel_run_engine* engine) {
    const char text[] = "ready";
    engine->log(engine->self, PARALLEL_RUN_INFO, text, sizeof text - 1);
    return 0;
}

int32_t parallel_run_run(const parallel_run_mini_batch* mini_batch, const parallel_run_rows* rows) {
    for (uint64_t i = 0; i < mini_batch->file_count; ++i) {
        const char* slash = strrchr(mini_batch->files[i], '/');
        const char* name = slash == NULL ? mini_batch->files[i] : slash + 1;
        if (rows->append(rows->self, name, strlen(name)) != 0) return 1;
    }
    return 0;
}
