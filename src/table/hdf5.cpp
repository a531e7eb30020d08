// SPDX-License-Identifier: Apache-2.0
#include "table/hdf5.hpp"

#include <dlfcn.h>

#include <filesystem>

namespace parallel_run::table {

namespace {

const Hdf5Library& library() {
    static const Hdf5Library& loaded = load_hdf5_library(
        std::filesystem::read_symlink("/proc/self/exe").replace_filename("parallel-run-hdf5.so"));
    return loaded;
}

}  // namespace

const Hdf5Library& load_hdf5_library(const std::string& path) {
    const auto fail = [&] {
        throw ReadError("HDF5 input needs " + path + ", which cannot be loaded: " + ::dlerror() +
                        ". Install parallel-run again, with all that it needs");
    };
    void* const loaded = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    if (loaded == nullptr) fail();
    using Export = const Hdf5Library* (*)();
    const auto exported = reinterpret_cast<Export>(::dlsym(loaded, "parallel_run_hdf5_library"));
    if (exported == nullptr) fail();
    return *exported();
}

Hdf5Extent hdf5_extent(const Format& format, const std::string& file) {
    return library().extent(format, file);
}

std::vector<std::string> hdf5_columns(const Format& format, const std::string& file) {
    return library().columns(format, file);
}

std::unique_ptr<Reader> open_hdf5_reader(const Format& format) {
    return library().open_reader(format);
}

}  // namespace parallel_run::table
