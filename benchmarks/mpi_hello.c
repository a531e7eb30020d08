/* SPDX-License-Identifier: Apache-2.0 */
/* What any MPI program costs to start and end: the yardstick for the start-up of parallel-run. */
#include <mpi.h>
#include <stdio.h>

int main(int argc, char** argv) {
    int rank = 0;
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    printf("hello from rank %d\n", rank);
    MPI_Finalize();
    return 0;
}
