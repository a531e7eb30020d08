#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# WORK: the other tests rely on check_rows, so here it finds what is wrong.
. "$(dirname "$0")/common.sh"
mkdir "$work/images"
touch "$work"/images/a_{1,2,3,4}.png "$work/images/unlabelled.png"
rows=$work/rows

printf 'a_1.png: 1\na_2.png: 2 0.9\na_3.png: 3\na_4.png: 9\n' > "$rows"
[[ $(check_rows "$rows" --expect "$work/images") == "accuracy 75.0 % (3 of 4)" ]] ||
    fail "the accuracy of three right rows of four"
expect_refusal 1 "at least 80 % are wanted" check_rows "$rows" --minimum 80

echo 'a_1.png: 1' >> "$rows"
expect_refusal 1 "a_1.png has more than one row" check_rows "$rows"
echo 'a_1.png: 1' > "$rows"
expect_refusal 1 "there is no row for" check_rows "$rows" --expect "$work/images"
echo 'a line' > "$rows"
expect_refusal 1 "not a row of a labelled image: a line" check_rows "$rows"
: > "$rows"
expect_refusal 1 "has no rows" check_rows "$rows"
expect_refusal 1 "cannot read" check_rows "$work/nothing"
expect_refusal 2 "see check_rows --help" check_rows
