# SPDX-License-Identifier: Apache-2.0
"""mpirun -n 3 /usr/bin/python3 -m mpi4py.futures mpi4py_futures.py TASKS CHUNK OUTPUT

One manager and two workers; a row for each task. Prints "tasks seconds", without start-up.
"""
import sys
import time

from mpi4py.futures import MPIPoolExecutor


def run(task):
    return "row"


if __name__ == "__main__":
    tasks, chunk, output = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    with MPIPoolExecutor() as executor, open(output, "w") as rows:
        list(executor.map(run, range(100)))
        began = time.perf_counter()
        for row in executor.map(run, range(tasks), chunksize=chunk, unordered=True):
            rows.write(row + "\n")
        rows.flush()
        print(tasks, time.perf_counter() - began)
