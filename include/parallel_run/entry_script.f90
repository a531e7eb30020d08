! SPDX-License-Identifier: Apache-2.0

! What an entry script in Fortran 2008 includes at its top, before its own functions:
!
!     include "parallel_run/entry_script.f90"
!
! A script defines two functions with the C names and arguments of entry_script.h; the third entry
! point, parallel_run_abi_version, is here. Each returns 0, or another number for a failure, for
! which set_error says the reason.
!
!     function parallel_run_init(engine) bind(C) result(status)
!         use parallel_run
!         type(parallel_run_engine), intent(in) :: engine
!         integer(c_int32_t) :: status
!
!     function parallel_run_run(mini_batch, rows) bind(C) result(status)
!         use parallel_run
!         type(parallel_run_mini_batch), intent(in) :: mini_batch
!         type(parallel_run_rows), intent(in) :: rows
!         integer(c_int32_t) :: status
!
! Files, items and arguments count from 1 here. The types mirror the structs of entry_script.h, which
! explains each member. parallel_run/table.f90 reads the tables of tabular mini-batches.
module parallel_run
    use, intrinsic :: iso_c_binding
    implicit none

    integer(c_int32_t), parameter :: log_debug = 0, log_info = 1, log_warning = 2, log_error = 3

    type, bind(C) :: parallel_run_engine
        integer(c_int32_t) :: abi_version
        integer(c_int32_t) :: struct_size
        type(c_ptr) :: self
        type(c_ptr) :: output_dir
        type(c_ptr) :: log_dir
        type(c_ptr) :: working_dir
        type(c_ptr) :: agent_name
        integer(c_int32_t) :: worker_index
        integer(c_int32_t) :: gpu_index
        integer(c_int64_t) :: argument_count
        type(c_ptr) :: arguments
        integer(c_int64_t) :: side_input_count
        type(c_ptr) :: side_input_names
        type(c_ptr) :: side_input_paths
        type(c_funptr) :: log
        type(c_funptr) :: log_metric
        type(c_funptr) :: set_error
        character(kind=c_char) :: field_delimiter
        character(kind=c_char) :: reserved(7)
    end type

    type, bind(C) :: parallel_run_mini_batch
        integer(c_int32_t) :: struct_size
        integer(c_int32_t) :: attempt
        integer(c_int64_t) :: index
        type(c_ptr) :: input_name
        type(c_ptr) :: partition_key
        integer(c_int64_t) :: file_count
        type(c_ptr) :: files
        type(c_ptr) :: table
        integer(c_int64_t) :: partition_key_count
        type(c_ptr) :: partition_key_names
        type(c_ptr) :: partition_key_values
    end type

    type, bind(C) :: parallel_run_rows
        integer(c_int32_t) :: struct_size
        type(c_ptr) :: self
        type(c_funptr) :: append
        type(c_funptr) :: fail
    end type

    abstract interface
        subroutine log_interface(self, level, text, size) bind(C)
            import :: c_ptr, c_int32_t, c_int64_t, c_char
            type(c_ptr), value :: self
            integer(c_int32_t), value :: level
            character(kind=c_char), intent(in) :: text(*)
            integer(c_int64_t), value :: size
        end subroutine

        subroutine set_error_interface(self, type, message) bind(C)
            import :: c_ptr, c_char
            type(c_ptr), value :: self, type
            character(kind=c_char), intent(in) :: message(*)
        end subroutine

        function append_interface(self, row, size) bind(C) result(status)
            import :: c_ptr, c_int32_t, c_int64_t, c_char
            type(c_ptr), value :: self
            character(kind=c_char), intent(in) :: row(*)
            integer(c_int64_t), value :: size
            integer(c_int32_t) :: status
        end function

        function fail_interface(self, item, reason, size) bind(C) result(status)
            import :: c_ptr, c_int32_t, c_int64_t, c_char
            type(c_ptr), value :: self
            integer(c_int64_t), value :: item, size
            character(kind=c_char), intent(in) :: reason(*)
            integer(c_int32_t) :: status
        end function
    end interface

contains

    function parallel_run_abi_version() bind(C) result(version)
        integer(c_int32_t) :: version
        version = 1
    end function

    ! The path of a file of the mini-batch, 1 to file_count.
    function file_path(mini_batch, item) result(path)
        type(parallel_run_mini_batch), intent(in) :: mini_batch
        integer(c_int64_t), intent(in) :: item
        character(len=:), allocatable :: path
        path = element(mini_batch%files, mini_batch%file_count, item)
    end function

    ! The value of a name in partition_keys, the same for all items; empty without such a name.
    function partition_value(mini_batch, name) result(value)
        type(parallel_run_mini_batch), intent(in) :: mini_batch
        character(len=*), intent(in) :: name
        character(len=:), allocatable :: value
        integer(c_int64_t) :: i
        value = ""
        do i = 1, mini_batch%partition_key_count
            if (element(mini_batch%partition_key_names, mini_batch%partition_key_count, i) == name) then
                value = element(mini_batch%partition_key_values, mini_batch%partition_key_count, i)
            end if
        end do
    end function

    ! An argument of the step, 1 to argument_count.
    function argument(engine, position) result(word)
        type(parallel_run_engine), intent(in) :: engine
        integer(c_int64_t), intent(in) :: position
        character(len=:), allocatable :: word
        word = element(engine%arguments, engine%argument_count, position)
    end function

    ! The path of a side input; empty when the step has none of that name.
    function side_input(engine, name) result(path)
        type(parallel_run_engine), intent(in) :: engine
        character(len=*), intent(in) :: name
        character(len=:), allocatable :: path
        integer(c_int64_t) :: i
        path = ""
        do i = 1, engine%side_input_count
            if (element(engine%side_input_names, engine%side_input_count, i) == name) then
                path = element(engine%side_input_paths, engine%side_input_count, i)
            end if
        end do
    end function

    ! Adds a row, without trailing blanks, and counts one item as succeeded.
    subroutine append_row(rows, row)
        type(parallel_run_rows), intent(in) :: rows
        character(len=*), intent(in) :: row
        procedure(append_interface), pointer :: append
        integer(c_int32_t) :: ignored
        call c_f_procpointer(rows%append, append)
        ignored = append(rows%self, row, len_trim(row, c_int64_t))
    end subroutine

    ! Lists an item of the mini-batch, 1 to file_count, as failed in the error log.
    subroutine fail_item(rows, item, reason)
        type(parallel_run_rows), intent(in) :: rows
        integer(c_int64_t), intent(in) :: item
        character(len=*), intent(in) :: reason
        procedure(fail_interface), pointer :: fail
        integer(c_int32_t) :: ignored
        call c_f_procpointer(rows%fail, fail)
        ignored = fail(rows%self, item - 1, reason, len_trim(reason, c_int64_t))
    end subroutine

    ! A line of the script's log; level is log_debug to log_error.
    subroutine log_line(engine, level, text)
        type(parallel_run_engine), intent(in) :: engine
        integer(c_int32_t), intent(in) :: level
        character(len=*), intent(in) :: text
        procedure(log_interface), pointer :: log
        call c_f_procpointer(engine%log, log)
        call log(engine%self, level, text, len_trim(text, c_int64_t))
    end subroutine

    ! Says why the entry point is going to return a number other than 0.
    subroutine set_error(engine, message)
        type(parallel_run_engine), intent(in) :: engine
        character(len=*), intent(in) :: message
        procedure(set_error_interface), pointer :: set
        call c_f_procpointer(engine%set_error, set)
        call set(engine%self, c_null_ptr, trim(message) // c_null_char)
    end subroutine

    ! The text of a C string.
    function text_of(pointer) result(text)
        type(c_ptr), intent(in) :: pointer
        character(len=:), allocatable :: text
        character(kind=c_char), pointer :: bytes(:)
        integer(c_size_t) :: i, length
        interface
            pure function c_strlen(string) bind(C, name="strlen") result(size)
                import :: c_ptr, c_size_t
                type(c_ptr), value :: string
                integer(c_size_t) :: size
            end function
        end interface
        length = c_strlen(pointer)
        call c_f_pointer(pointer, bytes, [length])
        allocate (character(len=length) :: text)
        do i = 1, length
            text(i:i) = bytes(i)
        end do
    end function

    function element(array, count, position) result(text)
        type(c_ptr), intent(in) :: array
        integer(c_int64_t), intent(in) :: count, position
        character(len=:), allocatable :: text
        type(c_ptr), pointer :: pointers(:)
        call c_f_pointer(array, pointers, [count])
        text = text_of(pointers(position))
    end function
end module
