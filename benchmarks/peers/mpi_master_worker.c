/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mpirun -n 3 mpi_master_worker TASKS OUTPUT
 *
 * What one would write by hand for the same empty work: rank 0 hands out task numbers, keeps 16 in
 * flight at each worker, and writes one row for each answer. No retries, no child processes, no
 * input, no record of what is done. Prints "tasks seconds", without start-up.
 */
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>

enum { kInFlight = 16, kRowSize = 64, kTaskTag = 1, kStopTag = 2 };

static void work(void) {
    long task;
    char row[kRowSize] = {0};
    MPI_Status status;
    for (;;) {
        MPI_Recv(&task, 1, MPI_LONG, 0, MPI_ANY_TAG, MPI_COMM_WORLD, &status);
        if (status.MPI_TAG == kStopTag) return;
        snprintf(row, sizeof row, "%ld", task);
        MPI_Send(row, kRowSize, MPI_CHAR, 0, kTaskTag, MPI_COMM_WORLD);
    }
}

static void hand_out(long tasks, int workers, FILE* output) {
    long sent = 0;
    char row[kRowSize];
    MPI_Status status;
    for (int slot = 0; slot < kInFlight * workers && sent < tasks; ++slot, ++sent)
        MPI_Send(&sent, 1, MPI_LONG, 1 + slot % workers, kTaskTag, MPI_COMM_WORLD);
    for (long done = 0; done < tasks; ++done) {
        MPI_Recv(row, kRowSize, MPI_CHAR, MPI_ANY_SOURCE, kTaskTag, MPI_COMM_WORLD, &status);
        fprintf(output, "%s\n", row);
        if (sent < tasks) {
            MPI_Send(&sent, 1, MPI_LONG, status.MPI_SOURCE, kTaskTag, MPI_COMM_WORLD);
            ++sent;
        }
    }
    for (int worker = 1; worker <= workers; ++worker)
        MPI_Send(&sent, 1, MPI_LONG, worker, kStopTag, MPI_COMM_WORLD);
}

int main(int argc, char** argv) {
    int rank = 0, ranks = 0;
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &ranks);
    FILE* output = argc == 3 && rank == 0 ? fopen(argv[2], "w") : NULL;
    if (argc != 3 || ranks < 2 || (rank == 0 && output == NULL)) {
        fprintf(stderr, "usage: mpirun -n 3 mpi_master_worker TASKS OUTPUT\n");
        MPI_Abort(MPI_COMM_WORLD, 2);
    }
    MPI_Barrier(MPI_COMM_WORLD);
    if (rank == 0) {
        const long tasks = atol(argv[1]);
        const double began = MPI_Wtime();
        hand_out(tasks, ranks - 1, output);
        fclose(output);
        printf("%ld %.6f\n", tasks, MPI_Wtime() - began);
    } else {
        work();
    }
    MPI_Finalize();
    return 0;
}
