// SPDX-License-Identifier: Apache-2.0
#include "hdf5/file.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>

#include "base/spelling.hpp"
#include "hdf5/failure.hpp"

namespace parallel_run::hdf5 {

namespace {

/// Of a path that H5Ovisit gives, without the first slash.
bool is_reserved(std::string_view path) {
    for (std::size_t begin = 0; begin < path.size();) {
        const auto end = std::min(path.find('/', begin), path.size());
        const auto part = path.substr(begin, end - begin);
        if (part.starts_with("_i_") || part.starts_with('#')) return true;
        begin = end + 1;
    }
    return false;
}

bool has_rows(hid_t file, const std::string& path) {
    const Handle dataset(H5Dopen2(file, path.c_str(), H5P_DEFAULT), H5Dclose);
    if (!dataset) return true;  // whoever wants it is told why it cannot be opened
    const Handle space(H5Dget_space(dataset.get()), H5Sclose);
    return H5Sget_simple_extent_ndims(space.get()) > 0;
}

std::string_view last_part(std::string_view path) { return path.substr(path.rfind('/') + 1); }

/// Those that a misspelt path may have meant come first.
std::vector<std::string> nearest_first(const std::string& wanted, std::vector<std::string> paths) {
    const auto like = std::stable_partition(paths.begin(), paths.end(), [&](const auto& path) {
        return last_part(path) == last_part(wanted);
    });
    std::vector<std::string> ordered(paths.begin(), like);
    std::vector<std::string> rest(like, paths.end());
    while (const auto near = base::nearest(wanted, rest)) {
        ordered.push_back(*near);
        rest.erase(std::find(rest.begin(), rest.end(), *near));
    }
    ordered.insert(ordered.end(), rest.begin(), rest.end());
    return ordered;
}

std::string listed(const std::vector<std::string>& paths) {
    constexpr std::size_t kShown = 20;
    std::string text;
    for (std::size_t i = 0; i < std::min(paths.size(), kShown); ++i) {
        text += (i == 0 ? "" : ", ") + paths[i];
    }
    return paths.size() > kShown ? text + " and more" : text;
}

std::string only_path(hid_t file, const std::string& file_name) {
    const auto paths = dataset_paths(file);
    if (paths.empty()) fail(file_name, "has no dataset with rows: is it the right file?");
    if (paths.size() > 1) {
        fail(file_name, "has several datasets: " + listed(paths) + ". Choose by hdf5_dataset");
    }
    return paths.front();
}

void check_is_dataset(hid_t file, const std::string& file_name, const std::string& path) {
    const Handle object(H5Oopen(file, path.c_str(), H5P_DEFAULT), H5Oclose);
    if (object && H5Iget_type(object.get()) == H5I_DATASET) return;
    const auto paths = dataset_paths(file);
    fail(file_name, "has no dataset " + path + (object ? " (that is a group or a type)" : "") +
                        ". " +
                        (paths.empty() ? "It has none with rows"
                                       : "It has: " + listed(nearest_first(path, paths))));
}

}  // namespace

Handle open_file(const std::string& file) {
    struct stat status {};
    if (::stat(file.c_str(), &status) != 0) {
        fail(file, std::string("cannot be opened: ") + std::strerror(errno));
    }
    const Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
    H5Pset_file_locking(access.get(), 0, 1);
    Handle opened(H5Fopen(file.c_str(), H5F_ACC_RDONLY, access.get()), H5Fclose);
    if (opened) return opened;
    const auto why = last_error();
    // One that the entry script has open is open with locks: HDF5 wants the same of both.
    opened = Handle(H5Fopen(file.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose);
    if (opened) return opened;
    if (H5Fis_hdf5(file.c_str()) == 0) {
        fail(file, std::string("is not an HDF5 file") +
                       (file.ends_with(".mat") ? ": save it from MATLAB with -v7.3"
                                               : ". If it is text, say so by tabular_format"));
    }
    fail(file, "cannot be opened: " + why + ". Was it written and copied completely?");
}

std::vector<std::string> dataset_paths(hid_t file) {
    const auto visit = [](hid_t, const char* name, const H5O_info_t* object,
                          void* found) noexcept -> herr_t {
        auto& paths = *static_cast<std::vector<std::string>*>(found);
        if (object->type == H5O_TYPE_DATASET && !is_reserved(name)) {
            paths.push_back(std::string("/") + name);
        }
        return paths.size() < kMaxPaths ? 0 : 1;
    };
    std::vector<std::string> paths;
    H5Ovisit2(file, H5_INDEX_NAME, H5_ITER_INC, visit, &paths, H5O_INFO_BASIC);
    std::erase_if(paths, [&](const auto& path) { return !has_rows(file, path); });
    return paths;
}

std::vector<std::string> chosen_paths(hid_t file, const std::string& file_name,
                                      const std::vector<std::string>& wanted) {
    if (wanted.empty()) return {only_path(file, file_name)};
    std::vector<std::string> paths;
    for (const auto& path : wanted) {
        paths.push_back(path.starts_with('/') ? path : "/" + path);
        check_is_dataset(file, file_name, paths.back());
    }
    return paths;
}

}  // namespace parallel_run::hdf5
