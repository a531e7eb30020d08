// SPDX-License-Identifier: Apache-2.0
#include "hdf5/failure.hpp"

#include <string_view>

#include "table/reader.hpp"

namespace parallel_run::hdf5 {

namespace {

/// Of a failed system call HDF5 says a lot over two lines, the system's own words among it.
std::string without_details(const std::string& text) {
    constexpr std::string_view kMark = "error message = '";
    const auto mark = text.find(kMark);
    if (mark == std::string::npos) return text;
    const auto reason = text.substr(mark + kMark.size());
    return text.substr(0, text.find(':')) + ": " + reason.substr(0, reason.find('\''));
}

}  // namespace

QuietErrors::QuietErrors() {
    H5Eget_auto2(H5E_DEFAULT, &print_, &client_);
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

QuietErrors::~QuietErrors() { H5Eset_auto2(H5E_DEFAULT, print_, client_); }

std::string last_error() {
    const auto take = [](unsigned, const H5E_error2_t* error, void* text) noexcept -> herr_t {
        if (error->desc != nullptr) *static_cast<std::string*>(text) = error->desc;
        return static_cast<std::string*>(text)->empty() ? 0 : 1;
    };
    std::string text;
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, take, &text);
    return text.empty() ? "HDF5 does not say why" : without_details(text);
}

void fail(const std::string& where, const std::string& cause) {
    throw table::ReadError(where + " " + cause);
}

void fail_with_last_error(const std::string& where) {
    fail(where, "cannot be read: " + last_error() + ". Was it written and copied completely?");
}

}  // namespace parallel_run::hdf5
