// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "digit_network.hpp"

#include <hdf5.h>

#include <array>
#include <stdexcept>
#include <string>
#include <vector>

namespace digits {

/// Weights as HDF5: /hidden/weights, /hidden/bias, /output/weights, /output/bias, 32-bit floats.
/// Plain serial access; it works with the parallel HDF5 library too, whether or not MPI is in use.
/// Both functions throw std::runtime_error.
Network read_weights(const std::string& path);
void write_weights(const std::string& path, const Network& network);

namespace detail {

/// An open HDF5 object; closed at the end of its scope.
class Handle {
public:
    Handle(hid_t id, herr_t (*close)(hid_t), const std::string& what) : id_(id), close_(close) {
        if (id < 0) throw std::runtime_error("cannot " + what);
    }
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;
    ~Handle() { close_(id_); }
    operator hid_t() const { return id_; }

private:
    hid_t id_;
    herr_t (*close_)(hid_t);
};

inline void read_dataset(hid_t file, const char* name, std::vector<float>& values) {
    const std::string what = std::string("read ") + name + " from the weights file";
    const Handle dataset(H5Dopen2(file, name, H5P_DEFAULT), H5Dclose, what);
    const Handle space(H5Dget_space(dataset), H5Sclose, what);
    const hssize_t count = H5Sget_simple_extent_npoints(space);
    if (count != static_cast<hssize_t>(values.size())) {
        throw std::runtime_error("cannot " + what + ": it has " + std::to_string(count) +
                                 " values and this network " + std::to_string(values.size()));
    }
    if (H5Dread(dataset, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) < 0) {
        throw std::runtime_error("cannot " + what);
    }
}

template <std::size_t kRank>
void write_dataset(hid_t file, const char* name, const std::array<hsize_t, kRank>& shape,
                   const std::vector<float>& values) {
    const std::string what = std::string("write ") + name + " to the weights file";
    const Handle space(H5Screate_simple(kRank, shape.data(), nullptr), H5Sclose, what);
    const Handle links(H5Pcreate(H5P_LINK_CREATE), H5Pclose, what);
    H5Pset_create_intermediate_group(links, 1);
    const Handle options(H5Pcreate(H5P_DATASET_CREATE), H5Pclose, what);
    H5Pset_obj_track_times(options, false);  // the same weights, the same bytes
    const Handle dataset(H5Dcreate2(file, name, H5T_IEEE_F32LE, space, links, options, H5P_DEFAULT),
                         H5Dclose, what);
    if (H5Dwrite(dataset, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) < 0) {
        throw std::runtime_error("cannot " + what);
    }
}

}  // namespace detail

inline Network read_weights(const std::string& path) {
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);  // errors are thrown, not printed
    const detail::Handle file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose,
                              "open the weights file " + path + "; train_digits writes one");
    Network network;
    detail::read_dataset(file, "/hidden/weights", network.hidden.weights);
    detail::read_dataset(file, "/hidden/bias", network.hidden.bias);
    detail::read_dataset(file, "/output/weights", network.output.weights);
    detail::read_dataset(file, "/output/bias", network.output.bias);
    return network;
}

inline void write_weights(const std::string& path, const Network& network) {
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
    const detail::Handle file(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT),
                              H5Fclose, "create the weights file " + path);
    using Shape1 = std::array<hsize_t, 1>;
    using Shape2 = std::array<hsize_t, 2>;
    detail::write_dataset(file, "/hidden/weights", Shape2{kPixels, kHidden},
                          network.hidden.weights);
    detail::write_dataset(file, "/hidden/bias", Shape1{kHidden}, network.hidden.bias);
    detail::write_dataset(file, "/output/weights", Shape2{kHidden, kClasses},
                          network.output.weights);
    detail::write_dataset(file, "/output/bias", Shape1{kClasses}, network.output.bias);
    if (H5Fflush(file, H5F_SCOPE_GLOBAL) < 0) {
        throw std::runtime_error("cannot write the weights file " + path);
    }
}

}  // namespace digits
