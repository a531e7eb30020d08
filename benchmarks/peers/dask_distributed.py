# SPDX-License-Identifier: Apache-2.0
"""/usr/bin/python3 dask_distributed.py TASKS OUTPUT

A local cluster of two worker processes; a row for each task. Prints "tasks seconds", without start-up.
"""
import sys
import time

from distributed import Client, LocalCluster


def run(task):
    return "row"


if __name__ == "__main__":
    tasks, output = int(sys.argv[1]), sys.argv[2]
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        with Client(cluster) as client, open(output, "w") as rows:
            client.gather(client.map(run, range(100), pure=False))
            began = time.perf_counter()
            for row in client.gather(client.map(run, range(tasks), pure=False)):
                rows.write(row + "\n")
            rows.flush()
            print(tasks, time.perf_counter() - began)
