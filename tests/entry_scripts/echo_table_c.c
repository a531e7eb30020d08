/* SPDX-License-Identifier: Apache-2.0 */
/* What echo_table.cpp does, in plain C. */
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>

#include <parallel_run/entry_script.h>

enum { kRowSize = 4096 };

uint32_t parallel_run_abi_version(void) { return PARALLEL_RUN_ABI_VERSION; }

int32_t parallel_run_init(const parallel_run_engine* engine) {
    (void)engine;
    return 0;
}

static double number(const parallel_run_column* column, uint64_t i) {
    switch (column->type) {
        case PARALLEL_RUN_FLOAT64: return ((const double*)column->values)[i];
        case PARALLEL_RUN_FLOAT32: return ((const float*)column->values)[i];
        default: return (double)((const int64_t*)column->values)[i];
    }
}

static int64_t sum_of_row(const parallel_run_column* column, uint64_t row) {
    uint64_t size = 1;
    for (uint64_t i = 0; i < column->dimension_count; ++i) size *= column->dimensions[i];
    double sum = 0;
    for (uint64_t i = 0; i < size; ++i) sum += number(column, row * size + i);
    return (int64_t)sum;
}

/* Appends name=field to the text and returns its size. */
static size_t show(const parallel_run_column* column, uint64_t row, char* text, size_t room) {
    int size = 0;
    if (column->type == PARALLEL_RUN_TEXT) {
        const parallel_run_span span = column->spans[row * column->span_stride];
        const int is_absent = span.size == PARALLEL_RUN_ABSENT;
        size = snprintf(text, room, "%s=%.*s", column->name, is_absent ? 1 : (int)span.size,
                        is_absent ? "-" : column->bytes + span.begin);
    } else if (column->type >= PARALLEL_RUN_FLOAT32 || column->type == PARALLEL_RUN_INT64) {
        size = snprintf(text, room, "%s=%" PRId64, column->name, sum_of_row(column, row));
    } else {
        size = snprintf(text, room, "%s=?", column->name);
    }
    return size < 0 || (size_t)size >= room ? room - 1 : (size_t)size;
}

int32_t parallel_run_run(const parallel_run_mini_batch* mini_batch, const parallel_run_rows* rows) {
    const parallel_run_table* table = mini_batch->table;
    if (mini_batch->size < offsetof(parallel_run_mini_batch, table) + sizeof table || !table) {
        return 1;
    }
    for (uint64_t row = 0; row < table->row_count; ++row) {
        char text[kRowSize];
        size_t size = 0;
        for (uint64_t i = 0; i < table->column_count && size + 1 < sizeof text; ++i) {
            if (i > 0) text[size++] = '|';
            size += show(table->columns[i], row, text + size, sizeof text - size);
        }
        if (rows->append(rows->self, text, size) != 0) return 1;
    }
    return 0;
}
