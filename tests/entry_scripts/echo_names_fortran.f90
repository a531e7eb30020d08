! SPDX-License-Identifier: Apache-2.0
! One row per file, in Fortran: its name. Two words of the step make it fail: --fail_first lists the
! first item of each mini-batch as failed, --refuse fails init.
include "parallel_run/entry_script.f90"

module echo_names_state
    implicit none
    logical :: fail_first = .false.
end module

function parallel_run_init(engine) bind(C) result(status)
    use parallel_run
    use echo_names_state
    implicit none
    type(parallel_run_engine), intent(in) :: engine
    integer(c_int32_t) :: status
    integer(c_int64_t) :: i

    status = 0
    do i = 1, engine%argument_count
        if (argument(engine, i) == "--fail_first") fail_first = .true.
        if (argument(engine, i) == "--refuse") status = 1
    end do
    if (status /= 0) call set_error(engine, "refused as told")
    call log_line(engine, log_info, "ready")
end function

function parallel_run_run(mini_batch, rows) bind(C) result(status)
    use parallel_run
    use echo_names_state
    implicit none
    type(parallel_run_mini_batch), intent(in) :: mini_batch
    type(parallel_run_rows), intent(in) :: rows
    integer(c_int32_t) :: status
    character(len=:), allocatable :: path
    integer(c_int64_t) :: i

    do i = 1, mini_batch%file_count
        if (fail_first .and. i == 1) then
            call fail_item(rows, i, "failed as told")
        else
            path = file_path(mini_batch, i)
            call append_row(rows, path(index(path, "/", back=.true.) + 1:))
        end if
    end do
    status = 0
end function
