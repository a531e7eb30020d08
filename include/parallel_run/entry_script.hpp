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

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <typeinfo>
#include <utility>
#include <vector>

#include <parallel_run/entry_script.h>

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

namespace parallel_run {

namespace detail {

#if defined(__cpp_lib_format)
namespace formatting = ::std;
#else
namespace formatting = ::fmt;
#endif

template <typename... Arguments>
using Format = formatting::format_string<Arguments...>;

template <typename Init, typename Run, typename Shutdown>
class EntryPoints;

}  // namespace detail

/// The files of a mini-batch as a range of std::filesystem::path, each made when it is asked for.
class Files {
public:
    class Iterator {
    public:
        using iterator_category = std::input_iterator_tag;
        using value_type = std::filesystem::path;
        using difference_type = std::ptrdiff_t;
        using pointer = void;
        using reference = value_type;

        explicit Iterator(const char* const* at = nullptr) : at_(at) {}
        value_type operator*() const { return *at_; }
        Iterator& operator++() {
            ++at_;
            return *this;
        }
        Iterator operator++(int) { return Iterator(at_++); }
        bool operator==(const Iterator& other) const { return at_ == other.at_; }
        bool operator!=(const Iterator& other) const { return at_ != other.at_; }

    private:
        const char* const* at_;
    };

    Files(const char* const* first, std::size_t size) : first_(first), size_(size) {}

    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    /// Precondition: item < size().
    std::filesystem::path operator[](std::size_t item) const { return first_[item]; }
    Iterator begin() const { return Iterator(first_); }
    Iterator end() const { return Iterator(first_ + size_); }

private:
    const char* const* first_;
    std::size_t size_;
};

/// What one call of run() is to process. Valid during that call.
class MiniBatch {
public:
    explicit MiniBatch(const parallel_run_mini_batch& raw) : raw_(&raw) {}

    /// The same for the same input in every run: a stable name for files that a script writes.
    std::uint64_t index() const { return raw_->index; }
    /// 1 at the first attempt.
    std::uint32_t attempt() const { return raw_->attempt; }
    std::string_view input_name() const { return raw_->input_name; }
    /// Empty without partition_keys.
    std::string_view partition_key() const {
        return raw_->partition_key == nullptr ? "" : raw_->partition_key;
    }
    Files files() const { return Files(raw_->files, static_cast<std::size_t>(raw_->file_count)); }

private:
    const parallel_run_mini_batch* raw_;
};

/// What run() returns: each row becomes a line of the output and counts one item as succeeded.
class Rows {
public:
    /// Throws std::invalid_argument for a row with a line feed, and leaves it out. (A carriage
    /// return is data.)
    void append(std::string_view row) {
        if (row.find('\n') != std::string_view::npos) refuse(row);
        text_.append(row);
        text_.push_back('\n');
        ++size_;
    }
    /// A row by std::format's rules (those of {fmt} where the compiler has no std::format).
    template <typename First, typename... Rest>
    void append(detail::Format<First, Rest...> format, First&& first, Rest&&... rest) {
        append(detail::formatting::format(format, std::forward<First>(first),
                                          std::forward<Rest>(rest)...));
    }

    /// Lists an item of the mini-batch (0 for the first) as failed, with the reason, in the error
    /// log.
    void fail(std::size_t item, std::string_view reason) {
        failures_.push_back({item, std::string(reason)});
    }

    /// Rows appended so far.
    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }

private:
    template <typename Init, typename Run, typename Shutdown>
    friend class detail::EntryPoints;

    struct Failure {
        std::size_t item;
        std::string reason;
    };

    [[noreturn]] void refuse(std::string_view row) const {
        throw std::invalid_argument("row " + std::to_string(size_ + 1) +
                                    " of the mini-batch has a line break, and a row is one line of "
                                    "the output: \"" +
                                    std::string(row.substr(0, row.find('\n'))) + "\\n...\"");
    }

    void hand_over(const parallel_run_rows& engine) const {
        std::string_view rest = text_;
        while (!rest.empty()) {
            const auto row = rest.substr(0, rest.find('\n'));
            engine.append(engine.self, row.data(), row.size());
            rest.remove_prefix(row.size() + 1);
        }
        for (const auto& failure : failures_) {
            if (engine.fail(engine.self, failure.item, failure.reason.data(),
                            failure.reason.size()) != 0) {
                throw std::out_of_range("Rows::fail(" + std::to_string(failure.item) +
                                        ", ...): the mini-batch has no such item");
            }
        }
    }

    std::string text_;  // every row with its line feed
    std::size_t size_ = 0;
    std::vector<Failure> failures_;
};

/// The script's own log: user/entry_script_log/<node>/<agent_name>.log.txt under the log directory.
/// Any thread of the script may use it.
class Logger {
public:
    void debug(std::string_view text) const { write(PARALLEL_RUN_DEBUG, text); }
    void info(std::string_view text) const { write(PARALLEL_RUN_INFO, text); }
    void warning(std::string_view text) const { write(PARALLEL_RUN_WARNING, text); }
    void error(std::string_view text) const { write(PARALLEL_RUN_ERROR, text); }

    template <typename First, typename... Rest>
    void debug(detail::Format<First, Rest...> format, First&& first, Rest&&... rest) const {
        debug(detail::formatting::format(format, std::forward<First>(first),
                                         std::forward<Rest>(rest)...));
    }
    template <typename First, typename... Rest>
    void info(detail::Format<First, Rest...> format, First&& first, Rest&&... rest) const {
        info(detail::formatting::format(format, std::forward<First>(first),
                                        std::forward<Rest>(rest)...));
    }
    template <typename First, typename... Rest>
    void warning(detail::Format<First, Rest...> format, First&& first, Rest&&... rest) const {
        warning(detail::formatting::format(format, std::forward<First>(first),
                                           std::forward<Rest>(rest)...));
    }
    template <typename First, typename... Rest>
    void error(detail::Format<First, Rest...> format, First&& first, Rest&&... rest) const {
        error(detail::formatting::format(format, std::forward<First>(first),
                                         std::forward<Rest>(rest)...));
    }

private:
    friend class EntryScript;

    void write(parallel_run_log_level level, std::string_view text) const {
        engine_->log(engine_->self, level, text.data(), text.size());
    }

    const parallel_run_engine* engine_ = nullptr;
};

/// Where the script runs and what it was given. Any thread of the script may use it.
class EntryScript {
public:
    /// Throws std::logic_error before init(), that is in a static initialiser.
    static EntryScript& instance() {
        if (the_one().engine_ == nullptr) {
            throw std::logic_error("EntryScript::instance() has nothing to give before init()");
        }
        return the_one();
    }

    const Logger& logger() const { return logger_; }
    /// A number for metrics.csv.
    void log_metric(const std::string& name, double value) const {
        engine_->log_metric(engine_->self, name.c_str(), value);
    }

    std::filesystem::path output_dir() const { return engine_->output_dir; }
    /// For files of the script's own; exists.
    std::filesystem::path log_dir() const { return engine_->log_dir; }
    /// Where the worker process was started.
    std::filesystem::path working_dir() const { return engine_->working_dir; }
    /// "process000": unique on a node; a process that replaces another gets the next number.
    std::string agent_name() const { return engine_->agent_name; }
    /// 0 to the number of workers - 1.
    int worker_index() const { return engine_->worker_index; }
    /// Of the process's GPU on its node; -1: none.
    int gpu_index() const { return engine_->gpu_index; }

    const std::vector<std::string>& arguments() const { return arguments_; }

    /// The word after `name` among the arguments, or the rest of `name=...`; the last one counts.
    /// Throws std::invalid_argument without one.
    std::string argument(std::string_view name) const {
        if (const auto* value = find_argument(name)) return value;
        throw std::invalid_argument("the argument " + std::string(name) +
                                    " is missing: give it a value in the step's `arguments`");
    }
    /// The same, and `otherwise` when `name` is not among the arguments.
    std::string argument(std::string_view name, std::string_view otherwise) const {
        const auto* value = find_argument(name);
        return value == nullptr ? std::string(otherwise) : value;
    }

    /// Throws std::invalid_argument for a name that the step does not have.
    std::filesystem::path side_input(std::string_view name) const {
        std::string known;
        for (std::uint64_t i = 0; i < engine_->side_input_count; ++i) {
            if (name == engine_->side_input_names[i]) return engine_->side_input_paths[i];
            known.append(known.empty() ? "" : ", ").append(engine_->side_input_names[i]);
        }
        throw std::invalid_argument("the step has no side_input \"" + std::string(name) + "\"; " +
                                    (known.empty() ? "it has none" : "it has " + known));
    }

private:
    template <typename Init, typename Run, typename Shutdown>
    friend class detail::EntryPoints;

    static EntryScript& the_one() {
        static EntryScript script;
        return script;
    }

    void attach(const parallel_run_engine& engine) {
        engine_ = logger_.engine_ = &engine;
        arguments_.assign(engine.arguments, engine.arguments + engine.argument_count);
    }

    const char* find_argument(std::string_view name) const {
        const char* found = nullptr;
        for (std::size_t i = 0; i < arguments_.size(); ++i) {
            const auto& word = arguments_[i];
            if (word == name) {
                if (i + 1 == arguments_.size()) {
                    throw std::invalid_argument("the argument " + word + " has no value after it");
                }
                found = arguments_[++i].c_str();
            } else if (word.compare(0, name.size(), name) == 0 && word[name.size()] == '=') {
                found = word.c_str() + name.size() + 1;
            }
        }
        return found;
    }

    const parallel_run_engine* engine_ = nullptr;
    Logger logger_;
    std::vector<std::string> arguments_;
};

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
