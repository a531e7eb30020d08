#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# WORK STEP ENTRY_SCRIPT: the incomes of stores, as in the example's README, and by awk.
. "$(dirname "$0")/common.sh"
step=$1 entry_script=$2

"$(dirname "$step")/make_sales" "$work/sales"
parallel-run run "$step" --entry_script "$entry_script" --input "$work/sales" \
    --output "$work/output" --process_count_per_node 2 2> "$work/summary"
grep -q '36 processed, 0 failed' "$work/summary" || fail "the summary: $(cat "$work/summary")"

# Fields between quotes: store,week,"brand, N",income.
totals() {
    awk -F'"' '/"/ {
        split($1, place, ","); sub(",", "", $3)
        total[place[1] FS $2] += $3
        line[++lines] = place[1] ",\"" $2 "\"," place[2] "," $3; key[lines] = place[1] FS $2
    } END { for (i = 1; i <= lines; ++i) print line[i] "," total[key[i]] }' "$@"
}
diff <(totals "$work"/sales/*.csv | sort) <(tail -n +2 "$work/output/incomes.csv" | sort) ||
    fail "other totals"
expect_rows "$work/output/incomes.csv" 721
