// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hdf5.h>
#include <mpi.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "output/table_shape.hpp"
#include "schema/columns.hpp"

namespace parallel_run::output {

/// Owns an identifier of HDF5. Negative: what opening it returned when it failed.
class Hdf5Id {
public:
    using Closer = herr_t (*)(hid_t);

    Hdf5Id() = default;
    Hdf5Id(hid_t id, Closer closer) : id_(id), closer_(closer) {}
    Hdf5Id(Hdf5Id&& other) noexcept
        : id_(std::exchange(other.id_, H5I_INVALID_HID)), closer_(other.closer_) {}
    Hdf5Id& operator=(Hdf5Id&& other) noexcept {
        std::swap(id_, other.id_);
        std::swap(closer_, other.closer_);
        return *this;
    }
    ~Hdf5Id() { close(); }

    [[nodiscard]] hid_t get() const { return id_; }
    explicit operator bool() const { return id_ >= 0; }
    void abandon() { id_ = H5I_INVALID_HID; }
    /// Whether it worked; true where there is nothing to close.
    bool close() { return id_ < 0 || closer_(std::exchange(id_, H5I_INVALID_HID)) >= 0; }

private:
    hid_t id_ = H5I_INVALID_HID;
    Closer closer_ = nullptr;
};

/// An HDF5 file with a dataset for each column, whose first dimension is the row. All that the
/// engine does with the parallel HDF5, which must have one thread at a time; input is read by
/// another library (src/hdf5). A failure is a text; empty: success.
class Hdf5Table {
public:
    /// One process makes the whole file, without the rows, in the place of what is there: then no
    /// other writes anything but rows, unless they are compressed.
    [[nodiscard]] static std::string create(const std::string& path, const schema::Columns& columns,
                                            const TableShape& shape, std::uint32_t compression);

    /// To be read, by this process alone. Must have these columns.
    static base::Result<Hdf5Table> open(const std::string& path, const schema::Columns& columns);
    /// COLLECTIVE over `comm`: to be written. After a failure on any rank all must end by
    /// MPI_Abort(), with the file as it is: see abandon().
    static base::Result<Hdf5Table> open(const std::string& path, const schema::Columns& columns,
                                        MPI_Comm comm);
    Hdf5Table(Hdf5Table&&) = default;
    Hdf5Table& operator=(Hdf5Table&&) = delete;
    /// COLLECTIVE, like close(), if it is open to be written.
    ~Hdf5Table() = default;

    [[nodiscard]] std::uint64_t rows() const { return rows_; }
    /// Precondition: rows that are there.
    [[nodiscard]] std::string read(RowRange rows, const std::vector<void*>& values) const;
    /// COLLECTIVE: rows, none or some, of every column.
    [[nodiscard]] std::string write(RowRange rows, const std::vector<void*>& values);
    /// COLLECTIVE if it is open to be written. All is in the file then, if not on the disk. Where
    /// rows are compressed HDF5 writes here, and hangs if that fails on some ranks only.
    [[nodiscard]] std::string close();
    /// In place of close(), which would wait for other ranks: leaves the file open for good.
    void abandon();

private:
    struct Column {
        std::string name;
        std::vector<hsize_t> dimensions;  ///< of a row
        Hdf5Id type;
        Hdf5Id dataset;
    };

    explicit Hdf5Table(std::string path) : path_(std::move(path)) {}
    std::string open_all(const schema::Columns& columns, unsigned mode, const Hdf5Id& access);
    std::string add_dataset(const schema::Column& column, std::uint64_t chunk_rows,
                            std::uint32_t compression);
    std::string open_dataset(const schema::Column& column);
    [[nodiscard]] std::string failure(const std::string& what) const;

    std::string path_;
    std::uint64_t rows_ = 0;
    Hdf5Id file_;
    Hdf5Id transfer_;
    std::vector<Column> columns_;
};

}  // namespace parallel_run::output
