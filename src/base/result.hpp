// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <variant>

namespace parallel_run::base {

/// Why an operation failed, in words for a user.
struct Failure {
    std::string message;
};

/// A value or the reason why there is none; for callers that react to a failure. Where nobody below
/// main can react, throw instead.
template <typename T>
class [[nodiscard]] Result {
public:
    Result(T value) : state_(std::move(value)) {}
    Result(Failure failure) : state_(std::move(failure)) {}

    explicit operator bool() const { return std::holds_alternative<T>(state_); }

    /// Precondition: holds a value.
    T& value() { return std::get<T>(state_); }
    const T& value() const { return std::get<T>(state_); }

    /// Precondition: holds a failure.
    const std::string& error() const { return std::get<Failure>(state_).message; }

private:
    std::variant<T, Failure> state_;
};

}  // namespace parallel_run::base
