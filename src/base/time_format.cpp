// SPDX-License-Identifier: Apache-2.0
#include "base/time_format.hpp"

#include <array>
#include <cstdio>
#include <ctime>

namespace parallel_run::base {

std::string format_duration(std::chrono::nanoseconds duration) {
    const auto seconds = std::chrono::duration<double>(duration).count();
    std::array<char, 48> text{};
    if (seconds < 59.95) {
        std::snprintf(text.data(), text.size(), seconds < 10 ? "%.2f s" : "%.1f s", seconds);
        return text.data();
    }
    const auto whole = std::chrono::round<std::chrono::seconds>(duration).count();
    if (whole < 3600) {
        std::snprintf(text.data(), text.size(), "%lld:%02lld", static_cast<long long>(whole / 60),
                      static_cast<long long>(whole % 60));
    } else {
        std::snprintf(text.data(), text.size(), "%lld:%02lld:%02lld",
                      static_cast<long long>(whole / 3600), static_cast<long long>(whole / 60 % 60),
                      static_cast<long long>(whole % 60));
    }
    return text.data();
}

std::string format_iso8601(std::chrono::system_clock::time_point time) {
    const auto milliseconds =
        std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
    const auto seconds = static_cast<std::time_t>(milliseconds / 1000);
    std::tm local{};
    localtime_r(&seconds, &local);
    std::array<char, 32> day{};
    std::strftime(day.data(), day.size(), "%Y-%m-%dT%H:%M:%S", &local);
    std::array<char, 8> zone{};
    std::strftime(zone.data(), zone.size(), "%z", &local);
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%s.%03d%.3s:%.2s", day.data(),
                  static_cast<int>(milliseconds % 1000), zone.data(), zone.data() + 3);
    return text.data();
}

}  // namespace parallel_run::base
