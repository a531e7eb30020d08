/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PARALLEL_RUN_ENTRY_SCRIPT_H
#define PARALLEL_RUN_ENTRY_SCRIPT_H

/*
 * The boundary between the engine and an entry script: plain C, so that any compiler and language
 * can stand on either side. C++ scripts include <parallel_run/entry_script.hpp> instead, which is
 * header-only on top of this.
 *
 * An entry script is a shared object that exports parallel_run_abi_version, parallel_run_init and
 * parallel_run_run, and may export parallel_run_shutdown. The engine calls them from one thread of
 * the worker process, never two at a time. What it hands over is valid and unchanged as said below;
 * what the script hands over is copied before the call returns. Strings end with a zero byte; a
 * text with a size need not.
 *
 * Versions: a struct only ever grows at its end, and its `size` says how much of it the engine
 * filled in. PARALLEL_RUN_ABI_VERSION changes when something older scripts rely on does.
 */

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define PARALLEL_RUN_ABI_VERSION 1u

#define PARALLEL_RUN_EXPORT __attribute__((visibility("default")))

enum parallel_run_log_level {
    PARALLEL_RUN_DEBUG = 0,
    PARALLEL_RUN_INFO = 1,
    PARALLEL_RUN_WARNING = 2,
    PARALLEL_RUN_ERROR = 3
};

struct parallel_run_output_column;

/* The engine, as a script sees it. Valid and unchanged from before init until after shutdown. Its
 * functions may be called from any thread of the script while one of its entry points runs. */
typedef struct parallel_run_engine {
    uint32_t abi_version;
    uint32_t size;
    void* self; /* first argument of every function below */

    const char* output_dir;
    const char* log_dir;     /* for files of the script's own; exists */
    const char* working_dir; /* where the worker process was started */
    const char* agent_name; /* "process000": unique on a node; a replacement gets the next number */
    int32_t worker_index;   /* rank of the agent, 0 to the number of workers - 1 */
    int32_t gpu_index;      /* of the process's GPU on its node; -1: none */

    uint64_t argument_count;
    const char* const* arguments;
    uint64_t side_input_count;
    const char* const* side_input_names;
    const char* const* side_input_paths;

    /* A line of the script's log; level of parallel_run_log_level. */
    void (*log)(void* self, int32_t level, const char* text, uint64_t size);
    void (*log_metric)(void* self, const char* name, double value);
    /* Says why the entry point will return non-zero. `type` names the kind of error (for C++ the
     * type of the exception) and may be NULL. */
    void (*set_error)(void* self, const char* type, const char* message);
    /* Between the fields of a row: ',' when the output's name ends in .csv, a tab when it ends in
     * .tsv; 0: the output is no table of text. */
    char field_delimiter;
    char reserved[7];
    /* Says what the records of an output that is a table hold. Only in parallel_run_init, on its
     * thread, once, and the same in every worker process. Returns NULL, or why the columns cannot
     * be, valid until init returns; init fails then whatever it returns. */
    const char* (*declare_columns)(void* self,
                                   const struct parallel_run_output_column* const* columns,
                                   uint64_t count);
} parallel_run_engine;

/* What the values of a table's column are: text, or numbers as they lie in memory. */
enum parallel_run_type {
    PARALLEL_RUN_TEXT = 0,
    PARALLEL_RUN_INT8 = 1,
    PARALLEL_RUN_INT16 = 2,
    PARALLEL_RUN_INT32 = 3,
    PARALLEL_RUN_INT64 = 4,
    PARALLEL_RUN_UINT8 = 5,
    PARALLEL_RUN_UINT16 = 6,
    PARALLEL_RUN_UINT32 = 7,
    PARALLEL_RUN_UINT64 = 8,
    PARALLEL_RUN_FLOAT32 = 9,
    PARALLEL_RUN_FLOAT64 = 10
};

/* A column of an output that is a table: an append_row_file_name that ends in .h5 or .hdf5. */
typedef struct parallel_run_output_column {
    uint32_t size;
    uint32_t type;            /* of parallel_run_type */
    const char* name;         /* UTF-8, without '/' */
    uint64_t text_size;       /* text: the bytes of each, zeros after shorter ones; else 0 */
    uint64_t dimension_count; /* 0: a single value a row */
    const uint64_t* dimensions;
} parallel_run_output_column;

/* A piece of text: `size` bytes from `begin` on, in the bytes named beside it. No zero byte ends
 * it, and it may hold some. */
typedef struct parallel_run_span {
    uint32_t begin;
    uint32_t size; /* PARALLEL_RUN_ABSENT: the record does not have this field; `begin` is 0 */
} parallel_run_span;

#define PARALLEL_RUN_ABSENT 0xffffffffu

typedef struct parallel_run_column {
    uint32_t size;
    uint32_t type; /* of parallel_run_type */
    const char* name;
    /* Text: row r is spans[r * span_stride], in `bytes`. */
    const char* bytes;
    const parallel_run_span* spans;
    uint64_t span_stride;
    /* Numbers: the rows one after another without gaps, each an array (in C order) with these
     * dimensions; dimension_count 0: a single number a row. */
    const void* values;
    uint64_t dimension_count;
    const uint64_t* dimensions;
} parallel_run_column;

/* The rows of a tabular mini-batch: those records of a part of a file that are well-formed. */
typedef struct parallel_run_table {
    uint32_t size;
    uint32_t reserved;
    const char* file; /* absolute path */
    uint64_t row_count;
    uint64_t column_count;
    const parallel_run_column* const* columns;
    /* Where `bytes` begins in the file, in bytes (of what is decompressed); for HDF5 the first
     * record's number in the file. */
    uint64_t position;
    /* Text formats: row r's whole record, as it is in the file without its line end, is records[r]
     * in `bytes`. For HDF5 both are NULL. */
    const char* bytes;
    const parallel_run_span* records;
    /* The number of the first record in the whole input, from 0; -1: not known (see row_numbers).
     */
    int64_t first_record;
    /* Row r is record record_numbers[r], from 0, of this part; NULL: row r is record r. */
    const uint32_t* record_numbers;
} parallel_run_table;

/* One mini-batch. Valid during the call of parallel_run_run. */
typedef struct parallel_run_mini_batch {
    uint32_t size;
    uint32_t attempt; /* 1 at the first */
    uint64_t index;   /* the same for the same input in every run */
    const char* input_name;
    /* NULL without partition_keys; else "user=alice/genre=rock", one line, in which the bytes % / =
     * and control characters of names and values are written as % and two hexadecimal digits. */
    const char* partition_key;
    uint64_t file_count;
    const char* const* files;        /* absolute paths; of a table the one that it is from */
    const parallel_run_table* table; /* NULL: the items are files */
    /* What partition_key says, name by name in the order of partition_keys: the values as they are
     * in the paths or the table. One with a zero byte seems to end there. */
    uint64_t partition_key_count; /* 0 without partition_keys */
    const char* const* partition_key_names;
    const char* const* partition_key_values;
} parallel_run_mini_batch;

/* Where the rows of one mini-batch go. Valid during the call of parallel_run_run. */
typedef struct parallel_run_rows {
    uint32_t size;
    void* self; /* first argument of every function */
    /* Adds one row, without its line end, and counts one item as succeeded. Returns 0, or non-zero
     * when the row has a line break or the output is a table: the row is refused and the attempt
     * fails. */
    int32_t (*append)(void* self, const char* row, uint64_t size);
    /* Lists an item (a file, or a row of the table; 0 for the first) as failed in the error log.
     * Returns 0, or non-zero when there is no such item. */
    int32_t (*fail)(void* self, uint64_t item, const char* reason, uint64_t size);
    /* Adds one row to an output that is a table, in place of append, and counts one item as
     * succeeded: the values of all declared columns one after another, without gaps, as they lie in
     * memory. `item` says which item the row is of (0 for the first); PARALLEL_RUN_NEXT_ITEM: the
     * one after the last that a row was added for or that failed. Returns 0, or non-zero when the
     * output is no table or the size is not that of the columns: the row is refused and the attempt
     * fails. */
    int32_t (*append_record)(void* self, uint64_t item, const void* values, uint64_t size);
} parallel_run_rows;

#define PARALLEL_RUN_NEXT_ITEM UINT64_MAX

/* The entry points. Each but the first returns 0, or non-zero for a failure (see set_error). */
PARALLEL_RUN_EXPORT uint32_t parallel_run_abi_version(void); /* PARALLEL_RUN_ABI_VERSION */
PARALLEL_RUN_EXPORT int32_t parallel_run_init(const parallel_run_engine* engine);
PARALLEL_RUN_EXPORT int32_t parallel_run_run(const parallel_run_mini_batch* mini_batch,
                                             const parallel_run_rows* rows);
PARALLEL_RUN_EXPORT int32_t parallel_run_shutdown(void); /* optional */

#ifdef __cplusplus
}
#endif

#endif
