// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace parallel_run::cli {

/// The text of a JSON object, member by member. A value that is not known is null.
class JsonObject {
public:
    /// Empty: null. Bytes that are not UTF-8 become the replacement character.
    JsonObject& text(std::string_view key, std::string_view value);
    JsonObject& count(std::string_view key, std::optional<std::uint64_t> value);
    /// One that is not finite is null.
    JsonObject& real(std::string_view key, std::optional<double> value);
    JsonObject& flag(std::string_view key, bool value);
    JsonObject& object(std::string_view key, const std::optional<JsonObject>& value);

    /// On one line.
    [[nodiscard]] std::string str() const { return "{" + members_ + "}"; }

private:
    JsonObject& add(std::string_view key, std::string_view encoded);

    std::string members_;
};

}  // namespace parallel_run::cli
