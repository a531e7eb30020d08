! SPDX-License-Identifier: Apache-2.0
! What echo_table.cpp does, in Fortran.
include "parallel_run/entry_script.f90"
include "parallel_run/table.f90"

function parallel_run_init(engine) bind(C) result(status)
    use parallel_run
    implicit none
    type(parallel_run_engine), intent(in) :: engine
    integer(c_int32_t) :: status
    call log_line(engine, log_info, "ready")
    status = 0
end function

function parallel_run_run(mini_batch, rows) bind(C) result(status)
    use parallel_run
    use parallel_run_tables
    implicit none
    type(parallel_run_mini_batch), intent(in) :: mini_batch
    type(parallel_run_rows), intent(in) :: rows
    integer(c_int32_t) :: status
    type(parallel_run_table), pointer :: table
    character(len=:), allocatable :: row
    integer(c_int64_t) :: i, column

    status = 1
    table => table_of(mini_batch)
    if (.not. associated(table)) return
    do i = 1, table%row_count
        row = ""
        do column = 1, table%column_count
            if (column > 1) row = row // "|"
            row = row // column_name(table, column) // "=" // shown(column)
        end do
        call append_row(rows, row)
    end do
    status = 0

contains

    function shown(column) result(text)
        integer(c_int64_t), intent(in) :: column
        character(len=:), allocatable :: text
        if (column_type(table, column) /= type_text) then
            text = sum_of_row(column)
        else if (has_field(table, i, column)) then
            text = field_text(table, i, column)
        else
            text = "-"
        end if
    end function

    function sum_of_row(column) result(text)
        integer(c_int64_t), intent(in) :: column
        character(len=:), allocatable :: text
        real(c_double), pointer :: doubles(:)
        real(c_float), pointer :: floats(:)
        integer(c_int64_t), pointer :: integers(:)
        integer(c_int64_t) :: first, last
        character(len=24) :: digits

        last = i * row_size(table, column)
        first = last - row_size(table, column) + 1
        call get_values(table, column, doubles)
        call get_values(table, column, floats)
        call get_values(table, column, integers)
        digits = "?"
        if (associated(doubles)) write (digits, "(i0)") int(sum(doubles(first:last)), c_int64_t)
        if (associated(floats)) write (digits, "(i0)") int(sum(floats(first:last)), c_int64_t)
        if (associated(integers)) write (digits, "(i0)") sum(integers(first:last))
        text = trim(digits)
    end function
end function
