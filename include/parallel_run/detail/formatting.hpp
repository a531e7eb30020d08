// SPDX-License-Identifier: Apache-2.0
#pragma once

/// The library that formats rows and log lines: std::format, or {fmt} where the compiler has none.

#if __has_include(<version>)
#include <version>
#endif
#if defined(__cpp_lib_format)
#include <format>
#elif __has_include(<fmt/format.h>)
#ifndef FMT_HEADER_ONLY
#define FMT_HEADER_ONLY
#endif
#if defined(__CUDACC__) && !defined(FMT_USE_CONSTEXPR)
#define FMT_USE_CONSTEXPR 1  // {fmt} 9 thinks that nvcc cannot, and then fails in C++20
#endif
#include <fmt/format.h>
#else
#error "parallel_run needs std::format (C++20 and GCC 13 or later) or {fmt} (package libfmt-dev)"
#endif

namespace parallel_run::detail {

#if defined(__cpp_lib_format)
namespace formatting = ::std;
#else
namespace formatting = ::fmt;
#endif

template <typename... Arguments>
using Format = formatting::format_string<Arguments...>;

}  // namespace parallel_run::detail
