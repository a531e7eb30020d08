#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# WORK STEP ENTRY_SCRIPT MNIST: the 10,000 test images as files; every class must be what
# the model gives outside parallel-run.
. "$(dirname "$0")/common.sh"
step=$1 entry_script=$2 mnist=${3-} # CMake leaves out an empty word
if [[ ! -e $mnist/mnist.onnx ]]; then
    echo "skipped: PARALLEL_RUN_MNIST_DIRECTORY names no folder with mnist.onnx"
    exit 77
fi
images=$work/images
rows=$work/output/parallel_run_step.txt
idx=("$mnist/t10k-images-idx3-ubyte.gz" "$mnist/t10k-labels-idx1-ubyte.gz")

unpack_idx "${idx[@]}" "$images"
parallel-run run "$step" --entry_script "$entry_script" --side_input "model=$mnist/mnist.onnx" \
    --input "$images" --output "$work/output" --process_count_per_node 2

expect_rows "$rows" 10000
check_rows "$rows" --expect "$images" --minimum 98
reference_rows "$mnist/mnist.onnx" "${idx[@]}" | sort > "$work/reference"
cut -d ' ' -f 1,2 "$rows" | sort | diff "$work/reference" - ||
    fail "these classes differ from those of the model outside parallel-run"
