// SPDX-License-Identifier: Apache-2.0
#pragma once

/// What an entry script in C++ includes: header-only, C++17 or later, on top of the C interface in
/// entry_script.h. A script defines two functions (or three) and names them once:
///
///     void init();                                        // once in each worker process
///     parallel_run::Rows run(const parallel_run::MiniBatch&);  // once for each mini-batch
///     void shutdown();                                    // optional: before the process ends
///
///     PARALLEL_RUN_ENTRY_SCRIPT(init, run)                // or (init, run, shutdown)
///
/// An exception that leaves one of them fails that call; its type and message reach the logs.

#include <cxxabi.h>

#include <cstdint>
#include <cstdlib>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <typeinfo>

#include <parallel_run/engine.hpp>
#include <parallel_run/entry_script.h>
#include <parallel_run/mini_batch.hpp>
#include <parallel_run/rows.hpp>

namespace parallel_run {

namespace detail {

inline std::string demangled(const std::type_info& type) {
    int status = 0;
    const std::unique_ptr<char, decltype(&std::free)> name(
        abi::__cxa_demangle(type.name(), nullptr, nullptr, &status), &std::free);
    return status == 0 ? name.get() : type.name();
}

/// The bodies of the exported functions: no exception leaves them.
template <typename Init, typename Run, typename Shutdown>
class EntryPoints {
    static_assert(std::is_void_v<std::invoke_result_t<Init>>,
                  "init() returns nothing: throw an exception to say that it failed");
    static_assert(std::is_same_v<std::invoke_result_t<Run, const MiniBatch&>, Rows>,
                  "run(const parallel_run::MiniBatch&) returns parallel_run::Rows");

public:
    EntryPoints(Init init_function, Run run_function, Shutdown shutdown_function)
        : init_(init_function), run_(run_function), shutdown_(shutdown_function) {}

    std::int32_t init(const parallel_run_engine& engine) const {
        return guarded(engine, [&] {
            EntryScript::the_one().attach(engine);
            init_();
        });
    }
    std::int32_t run(const parallel_run_mini_batch& mini_batch,
                     const parallel_run_rows& rows) const {
        return guarded(*EntryScript::the_one().engine_,
                       [&] { Rows(run_(MiniBatch(mini_batch))).hand_over(rows); });
    }
    std::int32_t shutdown() const { return guarded(*EntryScript::the_one().engine_, shutdown_); }

private:
    template <typename Function>
    static std::int32_t guarded(const parallel_run_engine& engine, const Function& function) {
        try {
            function();
            return 0;
        } catch (const std::exception& error) {
            engine.set_error(engine.self, demangled(typeid(error)).c_str(), error.what());
        } catch (...) {
            const auto* type = abi::__cxa_current_exception_type();
            engine.set_error(engine.self, type == nullptr ? nullptr : demangled(*type).c_str(),
                             "the exception is no std::exception, so it has no message");
        }
        return 1;
    }

    Init init_;
    Run run_;
    Shutdown shutdown_;
};

inline void no_shutdown() {}

template <typename Init, typename Run, typename Shutdown = void (*)()>
EntryPoints<Init, Run, Shutdown> entry_points(Init init, Run run,
                                              Shutdown shutdown = &no_shutdown) {
    return {init, run, shutdown};
}

}  // namespace detail
}  // namespace parallel_run

/// Exports the entry points: PARALLEL_RUN_ENTRY_SCRIPT(init, run) or (init, run, shutdown), once in
/// a script, at namespace scope.
#define PARALLEL_RUN_ENTRY_SCRIPT(...)                                                            \
    extern "C" PARALLEL_RUN_EXPORT uint32_t parallel_run_abi_version(void) {                      \
        return PARALLEL_RUN_ABI_VERSION;                                                          \
    }                                                                                             \
    extern "C" PARALLEL_RUN_EXPORT int32_t parallel_run_init(const parallel_run_engine* engine) { \
        return ::parallel_run::detail::entry_points(__VA_ARGS__).init(*engine);                   \
    }                                                                                             \
    extern "C" PARALLEL_RUN_EXPORT int32_t parallel_run_run(                                      \
        const parallel_run_mini_batch* mini_batch, const parallel_run_rows* rows) {               \
        return ::parallel_run::detail::entry_points(__VA_ARGS__).run(*mini_batch, *rows);         \
    }                                                                                             \
    extern "C" PARALLEL_RUN_EXPORT int32_t parallel_run_shutdown(void) {                          \
        return ::parallel_run::detail::entry_points(__VA_ARGS__).shutdown();                      \
    }
