/* SPDX-License-Identifier: Apache-2.0 */
/* What only plain C can do wrong, chosen by the first argument: "refused_row" ignores that append
 * refused one, "unknown_item" fails an item that is not there, "silent" fails without a reason,
 * "stale" sets an error and succeeds the first time, and is silent from the second. */
#include <string.h>

#include <parallel_run/entry_script.h>

static const parallel_run_engine* engine;

static int told_to(const char* what) { return strcmp(engine->arguments[0], what) == 0; }

uint32_t parallel_run_abi_version(void) { return PARALLEL_RUN_ABI_VERSION; }

int32_t parallel_run_init(const parallel_run_engine* given) {
    engine = given;
    return 0;
}

int32_t parallel_run_run(const parallel_run_mini_batch* mini_batch, const parallel_run_rows* rows) {
    if (told_to("refused_row")) {
        rows->append(rows->self, "whole", 5);
        rows->append(rows->self, "in\ntwo", 6);
        return 0;
    }
    if (told_to("unknown_item")) {
        return rows->fail(rows->self, mini_batch->file_count, "", 0) != 0 ? 0 : 1;
    }
    if (told_to("stale") && mini_batch->index == 0) {
        engine->set_error(engine->self, NULL, "stale");
        return 0;
    }
    return 7;
}
