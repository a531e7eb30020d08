// SPDX-License-Identifier: Apache-2.0
#include "output/hdf5_table.hpp"

#include <string_view>

namespace parallel_run::output {

namespace {

/// Of the call that just failed: what its innermost error says.
std::string last_error() {
    const auto take = [](unsigned, const H5E_error2_t* error, void* text) noexcept -> herr_t {
        if (error->desc != nullptr) *static_cast<std::string*>(text) = error->desc;
        return 1;
    };
    std::string text;
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, take, &text);
    return text.empty() ? "HDF5 does not say why" : text;
}

/// What fails is told by us, and a process that ends because of it closes nothing.
void prepare_library() {
    H5dont_atexit();
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

/// As it lies in memory, so that nothing is converted on the way.
Hdf5Id type_of(const schema::Column& column) {
    if (column.type == PARALLEL_RUN_TEXT) {
        Hdf5Id type(H5Tcopy(H5T_C_S1), H5Tclose);
        H5Tset_size(type.get(), static_cast<std::size_t>(column.text_size));
        H5Tset_strpad(type.get(), H5T_STR_NULLPAD);
        H5Tset_cset(type.get(), H5T_CSET_UTF8);
        return type;
    }
    const auto native = [&] {
        switch (column.type) {
            case PARALLEL_RUN_INT8: return H5T_NATIVE_INT8;
            case PARALLEL_RUN_INT16: return H5T_NATIVE_INT16;
            case PARALLEL_RUN_INT32: return H5T_NATIVE_INT32;
            case PARALLEL_RUN_INT64: return H5T_NATIVE_INT64;
            case PARALLEL_RUN_UINT8: return H5T_NATIVE_UINT8;
            case PARALLEL_RUN_UINT16: return H5T_NATIVE_UINT16;
            case PARALLEL_RUN_UINT32: return H5T_NATIVE_UINT32;
            case PARALLEL_RUN_UINT64: return H5T_NATIVE_UINT64;
            case PARALLEL_RUN_FLOAT32: return H5T_NATIVE_FLOAT;
            default: return H5T_NATIVE_DOUBLE;
        }
    }();
    return {H5Tcopy(native), H5Tclose};
}

std::vector<hsize_t> with_rows(std::uint64_t rows, const std::vector<hsize_t>& of_a_row) {
    std::vector<hsize_t> all{rows};
    all.insert(all.end(), of_a_row.begin(), of_a_row.end());
    return all;
}

Hdf5Id space_of(const std::vector<hsize_t>& dimensions) {
    return {H5Screate_simple(static_cast<int>(dimensions.size()), dimensions.data(), nullptr),
            H5Sclose};
}

Hdf5Id creation_of(const std::vector<hsize_t>& chunk, std::uint32_t compression) {
    Hdf5Id list(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
    H5Pset_fill_time(list.get(), H5D_FILL_TIME_NEVER);  // every value is written
    if (chunk.front() == 0) return list;                // no rows, no chunks
    H5Pset_chunk(list.get(), static_cast<int>(chunk.size()), chunk.data());
    H5Pset_alloc_time(list.get(), compression == 0 ? H5D_ALLOC_TIME_EARLY : H5D_ALLOC_TIME_INCR);
    if (compression == 0) return list;
    H5Pset_shuffle(list.get());
    H5Pset_deflate(list.get(), compression);
    return list;
}

/// Says, where someone looks with h5dump, what a column is that no script declared.
bool describe(hid_t dataset, std::string_view text) {
    const Hdf5Id type(H5Tcopy(H5T_C_S1), H5Tclose);
    H5Tset_size(type.get(), text.size());
    H5Tset_strpad(type.get(), H5T_STR_NULLPAD);
    const Hdf5Id space(H5Screate(H5S_SCALAR), H5Sclose);
    const Hdf5Id attribute(
        H5Acreate2(dataset, "description", type.get(), space.get(), H5P_DEFAULT, H5P_DEFAULT),
        H5Aclose);
    return attribute && H5Awrite(attribute.get(), type.get(), text.data()) >= 0;
}

std::string_view description_of(const std::string& name) {
    if (name == schema::kMiniBatchColumn) return "index of the mini-batch that the row is of";
    if (name == schema::kItemColumn) return "number of the row's item in its mini-batch";
    return {};
}

/// Rows of a dataset; a selection of nothing, where there are none.
Hdf5Id selection(hid_t dataset, RowRange rows, const std::vector<hsize_t>& of_a_row) {
    Hdf5Id space(H5Dget_space(dataset), H5Sclose);
    if (rows.count == 0) {
        H5Sselect_none(space.get());
        return space;
    }
    auto start = with_rows(rows.first, std::vector<hsize_t>(of_a_row.size(), 0));
    const auto count = with_rows(rows.count, of_a_row);
    H5Sselect_hyperslab(space.get(), H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr);
    return space;
}

Hdf5Id memory_of(RowRange rows, const std::vector<hsize_t>& of_a_row) {
    if (rows.count > 0) return space_of(with_rows(rows.count, of_a_row));
    auto space = space_of(with_rows(1, of_a_row));
    H5Sselect_none(space.get());
    return space;
}

}  // namespace

std::string Hdf5Table::failure(const std::string& what) const {
    return what + " " + path_ + ": " + last_error();
}

std::string Hdf5Table::create(const std::string& path, const schema::Columns& columns,
                              const TableShape& shape, std::uint32_t compression) {
    prepare_library();
    Hdf5Table table(path);
    table.rows_ = shape.rows();
    table.file_ = {H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT), H5Fclose};
    if (!table.file_) return table.failure("cannot create");
    for (std::size_t i = 0; i < columns.size(); ++i) {
        auto error = table.add_dataset(columns[i], shape.chunk_rows()[i], compression);
        if (!error.empty()) return error;
    }
    return table.close();
}

std::string Hdf5Table::add_dataset(const schema::Column& column, std::uint64_t chunk_rows,
                                   std::uint32_t compression) {
    Column made{column.name, {column.dimensions.begin(), column.dimensions.end()}, {}, {}};
    made.type = type_of(column);
    const auto space = space_of(with_rows(rows_, made.dimensions));
    const auto creation = creation_of(with_rows(chunk_rows, made.dimensions), compression);
    const Hdf5Id link(H5Pcreate(H5P_LINK_CREATE), H5Pclose);
    H5Pset_char_encoding(link.get(), H5T_CSET_UTF8);
    made.dataset = {H5Dcreate2(file_.get(), column.name.c_str(), made.type.get(), space.get(),
                               link.get(), creation.get(), H5P_DEFAULT),
                    H5Dclose};
    const auto description = description_of(column.name);
    bool right = static_cast<bool>(made.dataset);
    if (right && !description.empty()) right = describe(made.dataset.get(), description);
    columns_.push_back(std::move(made));
    return right ? "" : failure("cannot add the column " + column.name + " to");
}

std::string Hdf5Table::write(RowRange rows, const std::vector<void*>& values) {
    std::string error;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        const auto& column = columns_[i];
        const auto memory = memory_of(rows, column.dimensions);
        const auto file = selection(column.dataset.get(), rows, column.dimensions);
        const auto written = H5Dwrite(column.dataset.get(), column.type.get(), memory.get(),
                                      file.get(), transfer_.get(), values[i]);
        if (written < 0 && error.empty()) error = failure("cannot write");
    }
    return error;
}

std::string Hdf5Table::close() {
    std::string error;
    for (auto& column : columns_) {
        if (!column.dataset.close() && error.empty()) error = failure("cannot write");
    }
    if (!file_.close() && error.empty()) error = failure("cannot write");
    return error;
}

void Hdf5Table::abandon() {
    for (auto& column : columns_) column.dataset.abandon();
    file_.abandon();
}

base::Result<Hdf5Table> Hdf5Table::open(const std::string& path, const schema::Columns& columns) {
    prepare_library();
    const Hdf5Id access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
    H5Pset_file_locking(access.get(), false, true);  // many file systems of clusters have no locks
    Hdf5Table table(path);
    if (auto error = table.open_all(columns, H5F_ACC_RDONLY, access); !error.empty()) {
        return base::Failure{error};
    }
    return table;
}

base::Result<Hdf5Table> Hdf5Table::open(const std::string& path, const schema::Columns& columns,
                                        MPI_Comm comm) {
    prepare_library();
    const Hdf5Id access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
    H5Pset_fapl_mpio(access.get(), comm, MPI_INFO_NULL);
    H5Pset_all_coll_metadata_ops(access.get(), true);
    H5Pset_coll_metadata_write(access.get(), true);
    Hdf5Table table(path);
    if (auto error = table.open_all(columns, H5F_ACC_RDWR, access); !error.empty()) {
        table.abandon();
        return base::Failure{error};
    }
    // Collective for HDF5, as filters need it; each rank's chunks are its own, so nothing is gained
    // from gathering them, and a write that fails is told to the rank whose rows it holds.
    table.transfer_ = {H5Pcreate(H5P_DATASET_XFER), H5Pclose};
    H5Pset_dxpl_mpio(table.transfer_.get(), H5FD_MPIO_COLLECTIVE);
    H5Pset_dxpl_mpio_collective_opt(table.transfer_.get(), H5FD_MPIO_INDIVIDUAL_IO);
    return table;
}

std::string Hdf5Table::open_all(const schema::Columns& columns, unsigned mode,
                                const Hdf5Id& access) {
    file_ = {H5Fopen(path_.c_str(), mode, access.get()), H5Fclose};
    if (!file_) return failure("cannot open");
    for (const auto& column : columns) {
        if (auto error = open_dataset(column); !error.empty()) return error;
    }
    return {};
}

std::string Hdf5Table::open_dataset(const schema::Column& column) {
    Column found{column.name, {column.dimensions.begin(), column.dimensions.end()}, {}, {}};
    found.type = type_of(column);
    found.dataset = {H5Dopen2(file_.get(), column.name.c_str(), H5P_DEFAULT), H5Dclose};
    if (!found.dataset) return path_ + " has no column " + column.name;
    const Hdf5Id type(H5Dget_type(found.dataset.get()), H5Tclose);
    const Hdf5Id space(H5Dget_space(found.dataset.get()), H5Sclose);
    std::vector<hsize_t> dimensions(H5S_MAX_RANK);
    const int rank = H5Sget_simple_extent_dims(space.get(), dimensions.data(), nullptr);
    dimensions.resize(rank < 0 ? 0 : static_cast<std::size_t>(rank));
    const auto rows = dimensions.empty() ? 0 : dimensions.front();
    if (columns_.empty()) rows_ = rows;
    if (H5Tequal(type.get(), found.type.get()) <= 0 ||
        dimensions != with_rows(rows_, found.dimensions)) {
        return path_ + " has another column " + column.name +
               " than was written: " + schema::describe(column);
    }
    columns_.push_back(std::move(found));
    return {};
}

std::string Hdf5Table::read(RowRange rows, const std::vector<void*>& values) const {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        const auto& column = columns_[i];
        const auto memory = memory_of(rows, column.dimensions);
        const auto file = selection(column.dataset.get(), rows, column.dimensions);
        if (H5Dread(column.dataset.get(), column.type.get(), memory.get(), file.get(), H5P_DEFAULT,
                    values[i]) < 0) {
            return failure("cannot read the column " + column.name + " of");
        }
    }
    return {};
}

}  // namespace parallel_run::output
