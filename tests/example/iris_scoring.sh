#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# WORK STEP ENTRY_SCRIPT: 4,000 irises and a damaged row, as in the example's README.
. "$(dirname "$0")/common.sh"
step=$1 entry_script=$2
example=$(dirname "$step")

grow_irises "$example/model.csv" "$work/irises"
echo 'five,3.4,1.5,0.2,setosa' >> "$work/irises/irises_2.csv"
parallel-run run "$step" --entry_script "$entry_script" --side_input "model=$example/model.csv" \
    --input "$work/irises" --output "$work/output" --process_count_per_node 2 2> "$work/summary"

scores=$work/output/scores.csv
expect_rows "$scores" 4001
[[ $(head -1 "$scores") == sepal_length,*,variety,predicted ]] || fail "the header: $(head -1 "$scores")"
awk -F, 'NR > 1 { right += $5 == $6 } END { exit right < 0.9 * (NR - 1) }' "$scores" ||
    fail "less than 90 % of the varieties are right"
# Every iris has its row.
diff <(tail -q -n +2 "$work"/irises/*.csv | grep -v five | sort) \
    <(tail -n +2 "$scores" | cut -d, -f1-5 | sort) || fail "other irises than those that grew"
grep -q '4,000 succeeded, 1 failed' "$work/summary" || fail "the summary: $(cat "$work/summary")"
grep -rq "irises_2.csv:1002: .*'five' is no number" "$work/output/logs/user/error" ||
    fail "no log names the damaged row"
