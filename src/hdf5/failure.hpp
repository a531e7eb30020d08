// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <hdf5.h>

#include <string>

namespace parallel_run::hdf5 {

/// HDF5 prints no errors of this thread while one lives; afterwards it does what it did before, for
/// an entry script may use the same HDF5.
class QuietErrors {
public:
    QuietErrors();
    ~QuietErrors();
    QuietErrors(const QuietErrors&) = delete;
    QuietErrors& operator=(const QuietErrors&) = delete;

private:
    H5E_auto2_t print_ = nullptr;
    void* client_ = nullptr;
};

/// What the innermost error of the call of HDF5 that just failed in this thread says. The next call
/// forgets it, that of a Handle's destructor too.
std::string last_error();

/// Throws table::ReadError "WHERE CAUSE"; where: a file, or a file and a dataset in it.
[[noreturn]] void fail(const std::string& where, const std::string& cause);

/// Throws table::ReadError "WHERE cannot be read: LAST ERROR. Was it written and copied
/// completely?"
[[noreturn]] void fail_with_last_error(const std::string& where);

}  // namespace parallel_run::hdf5
