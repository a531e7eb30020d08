// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parallel_run {

/// A record as the simplest reader finds it, byte by byte.
struct ReferenceRecord {
    std::uint64_t position = 0;
    std::string text;  ///< without its line end
};

/// What is read when the whole text is one part, and for each byte whether quotes are open before
/// it. Independent of everything in src/.
struct ReferenceText {
    std::vector<ReferenceRecord> records;
    std::vector<bool> inside_quotes;  ///< one more than bytes

    /// `quote`: between two of which line feeds are data.
    ReferenceText(std::string_view text, std::optional<char> quote) {
        const bool has_mark = text.substr(0, 3) == "\xef\xbb\xbf";
        bool inside = false;
        ReferenceRecord record;
        for (std::size_t i = 0; i < text.size(); ++i) {
            inside_quotes.push_back(inside);
            if (has_mark && i < 3) {
                record.position = i + 1;
            } else if (text[i] == '\n' && !inside) {
                if (!record.text.empty() && record.text.back() == '\r') record.text.pop_back();
                end_record(record, i + 1);
            } else {
                record.text.push_back(text[i]);
                if (quote && text[i] == *quote) inside = !inside;
            }
        }
        inside_quotes.push_back(inside);
        end_record(record, 0);
    }

private:
    void end_record(ReferenceRecord& record, std::uint64_t next) {
        if (!record.text.empty()) records.push_back(record);
        record = {next, ""};
    }
};

}  // namespace parallel_run
