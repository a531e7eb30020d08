! SPDX-License-Identifier: Apache-2.0

! What an entry script in Fortran 2008 that reads tables includes behind entry_script.f90:
!
!     include "parallel_run/entry_script.f90"
!     include "parallel_run/table.f90"
!
!     type(parallel_run_table), pointer :: table
!     real(c_double), pointer :: values(:)
!     table => table_of(mini_batch)
!     price = column_index(table, "price")
!     call get_values(table, price, values)        ! numbers of HDF5, without a copy
!     read (field_text(table, row, price), *) x    ! text formats
!
! Rows and columns count from 1 here. All pointers are valid during the call of parallel_run_run. The
! types mirror the structs of entry_script.h, which explains each member.
module parallel_run_tables
    use, intrinsic :: iso_c_binding
    use parallel_run
    implicit none

    integer(c_int32_t), parameter :: type_text = 0, type_int8 = 1, type_int16 = 2, type_int32 = 3, &
        type_int64 = 4, type_uint8 = 5, type_uint16 = 6, type_uint32 = 7, type_uint64 = 8, &
        type_float32 = 9, type_float64 = 10

    type, bind(C) :: parallel_run_span
        integer(c_int32_t) :: begin
        integer(c_int32_t) :: size
    end type

    type, bind(C) :: parallel_run_column
        integer(c_int32_t) :: struct_size
        integer(c_int32_t) :: type
        type(c_ptr) :: name
        type(c_ptr) :: bytes
        type(c_ptr) :: spans
        integer(c_int64_t) :: span_stride
        type(c_ptr) :: values
        integer(c_int64_t) :: dimension_count
        type(c_ptr) :: dimensions
    end type

    type, bind(C) :: parallel_run_table
        integer(c_int32_t) :: struct_size
        integer(c_int32_t) :: reserved
        type(c_ptr) :: file
        integer(c_int64_t) :: row_count
        integer(c_int64_t) :: column_count
        type(c_ptr) :: columns
        integer(c_int64_t) :: position
        type(c_ptr) :: bytes
        type(c_ptr) :: records
        integer(c_int64_t) :: first_record
        type(c_ptr) :: record_numbers
    end type

    ! The numbers of a column, row after row, without a copy: row_size(table, column) for each row,
    ! which lie as in C: of dimensions (m, n) Fortran sees the array (n, m). `values` is associated
    ! with nothing when the column holds another type. An unsigned column is seen as integers of
    ! its size.
    interface get_values
        module procedure get_int8, get_int16, get_int32, get_int64, get_float32, get_float64
    end interface

    integer(c_int32_t), parameter, private :: absent = -1

contains

    ! Associated with nothing when the items of the mini-batch are files.
    function table_of(mini_batch) result(table)
        type(parallel_run_mini_batch), intent(in) :: mini_batch
        type(parallel_run_table), pointer :: table
        integer(c_int32_t), parameter :: size_with_table = 56
        nullify (table)
        if (mini_batch%struct_size < size_with_table) return
        if (c_associated(mini_batch%table)) call c_f_pointer(mini_batch%table, table)
    end function

    ! 0: the table has no column of that name.
    function column_index(table, name) result(column)
        type(parallel_run_table), intent(in) :: table
        character(len=*), intent(in) :: name
        integer(c_int64_t) :: column
        do column = 1, table%column_count
            if (column_name(table, column) == name) return
        end do
        column = 0
    end function

    function column_name(table, column) result(name)
        type(parallel_run_table), intent(in) :: table
        integer(c_int64_t), intent(in) :: column
        character(len=:), allocatable :: name
        type(parallel_run_column), pointer :: raw
        raw => column_of(table, column)
        name = text_of(raw%name)
    end function

    ! type_text or another of these constants.
    function column_type(table, column) result(type)
        type(parallel_run_table), intent(in) :: table
        integer(c_int64_t), intent(in) :: column
        integer(c_int32_t) :: type
        type(parallel_run_column), pointer :: raw
        raw => column_of(table, column)
        type = raw%type
    end function

    ! How many numbers a row has in a column of numbers.
    function row_size(table, column) result(size)
        type(parallel_run_table), intent(in) :: table
        integer(c_int64_t), intent(in) :: column
        integer(c_int64_t) :: size
        type(parallel_run_column), pointer :: raw
        integer(c_int64_t), pointer :: dimensions(:)
        raw => column_of(table, column)
        size = 1
        if (raw%dimension_count == 0) return
        call c_f_pointer(raw%dimensions, dimensions, [raw%dimension_count])
        size = product(dimensions)
    end function

    ! Whether the row's record has the field of a column of text; an empty field is one.
    function has_field(table, row, column) result(has)
        type(parallel_run_table), intent(in) :: table
        integer(c_int64_t), intent(in) :: row, column
        logical :: has
        type(parallel_run_span) :: span
        span = span_of(column_of(table, column), row)
        has = span%size /= absent
    end function

    ! A field of a column of text; empty when it is absent.
    function field_text(table, row, column) result(text)
        type(parallel_run_table), intent(in) :: table
        integer(c_int64_t), intent(in) :: row, column
        character(len=:), allocatable :: text
        type(parallel_run_column), pointer :: raw
        raw => column_of(table, column)
        text = span_text(raw%bytes, span_of(raw, row))
    end function

    ! The row's record as it is in the file, without its line end; empty for HDF5.
    function record_text(table, row) result(text)
        type(parallel_run_table), intent(in) :: table
        integer(c_int64_t), intent(in) :: row
        character(len=:), allocatable :: text
        type(parallel_run_span), pointer :: records(:)
        text = ""
        if (.not. c_associated(table%records)) return
        call c_f_pointer(table%records, records, [row])
        text = span_text(table%bytes, records(row))
    end function

    subroutine get_int8(table, column, values)
        type(parallel_run_table), intent(in) :: table
        integer(c_int64_t), intent(in) :: column
        integer(c_int8_t), pointer, intent(out) :: values(:)
        nullify (values)
        if (.not. holds(table, column, type_int8, type_uint8)) return
        call c_f_pointer(values_of(table, column), values, [value_count(table, column)])
    end subroutine

    subroutine get_int16(table, column, values)
        type(parallel_run_table), intent(in) :: table
        integer(c_int64_t), intent(in) :: column
        integer(c_int16_t), pointer, intent(out) :: values(:)
        nullify (values)
        if (.not. holds(table, column, type_int16, type_uint16)) return
        call c_f_pointer(values_of(table, column), values, [value_count(table, column)])
    end subroutine

    subroutine get_int32(table, column, values)
        type(parallel_run_table), intent(in) :: table
        integer(c_int64_t), intent(in) :: column
        integer(c_int32_t), pointer, intent(out) :: values(:)
        nullify (values)
        if (.not. holds(table, column, type_int32, type_uint32)) return
        call c_f_pointer(values_of(table, column), values, [value_count(table, column)])
    end subroutine

    subroutine get_int64(table, column, values)
        type(parallel_run_table), intent(in) :: table
        integer(c_int64_t), intent(in) :: column
        integer(c_int64_t), pointer, intent(out) :: values(:)
        nullify (values)
        if (.not. holds(table, column, type_int64, type_uint64)) return
        call c_f_pointer(values_of(table, column), values, [value_count(table, column)])
    end subroutine

    subroutine get_float32(table, column, values)
        type(parallel_run_table), intent(in) :: table
        integer(c_int64_t), intent(in) :: column
        real(c_float), pointer, intent(out) :: values(:)
        nullify (values)
        if (.not. holds(table, column, type_float32, type_float32)) return
        call c_f_pointer(values_of(table, column), values, [value_count(table, column)])
    end subroutine

    subroutine get_float64(table, column, values)
        type(parallel_run_table), intent(in) :: table
        integer(c_int64_t), intent(in) :: column
        real(c_double), pointer, intent(out) :: values(:)
        nullify (values)
        if (.not. holds(table, column, type_float64, type_float64)) return
        call c_f_pointer(values_of(table, column), values, [value_count(table, column)])
    end subroutine

    function column_of(table, column) result(raw)
        type(parallel_run_table), intent(in) :: table
        integer(c_int64_t), intent(in) :: column
        type(parallel_run_column), pointer :: raw
        type(c_ptr), pointer :: columns(:)
        call c_f_pointer(table%columns, columns, [table%column_count])
        call c_f_pointer(columns(column), raw)
    end function

    function holds(table, column, type, unsigned_type) result(does)
        type(parallel_run_table), intent(in) :: table
        integer(c_int64_t), intent(in) :: column
        integer(c_int32_t), intent(in) :: type, unsigned_type
        logical :: does
        does = column_type(table, column) == type .or. column_type(table, column) == unsigned_type
    end function

    function value_count(table, column) result(count)
        type(parallel_run_table), intent(in) :: table
        integer(c_int64_t), intent(in) :: column
        integer(c_int64_t) :: count
        count = table%row_count * row_size(table, column)
    end function

    function values_of(table, column) result(values)
        type(parallel_run_table), intent(in) :: table
        integer(c_int64_t), intent(in) :: column
        type(c_ptr) :: values
        type(parallel_run_column), pointer :: raw
        raw => column_of(table, column)
        values = raw%values
    end function

    function span_of(raw, row) result(span)
        type(parallel_run_column), intent(in) :: raw
        integer(c_int64_t), intent(in) :: row
        type(parallel_run_span) :: span
        type(parallel_run_span), pointer :: spans(:)
        call c_f_pointer(raw%spans, spans, [(row - 1) * raw%span_stride + 1])
        span = spans((row - 1) * raw%span_stride + 1)
    end function

    function span_text(bytes, span) result(text)
        type(c_ptr), intent(in) :: bytes
        type(parallel_run_span), intent(in) :: span
        character(len=:), allocatable :: text
        character(kind=c_char), pointer :: all_bytes(:)
        integer(c_int64_t) :: begin, size, i
        text = ""
        if (span%size == absent) return
        begin = as_unsigned(span%begin)
        size = as_unsigned(span%size)
        call c_f_pointer(bytes, all_bytes, [begin + size])
        deallocate (text)
        allocate (character(len=size) :: text)
        do i = 1, size
            text(i:i) = all_bytes(begin + i)
        end do
    end function

    pure function as_unsigned(bits) result(number)
        integer(c_int32_t), intent(in) :: bits
        integer(c_int64_t) :: number
        number = iand(int(bits, c_int64_t), int(z"ffffffff", c_int64_t))
    end function
end module
