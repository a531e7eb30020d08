// SPDX-License-Identifier: Apache-2.0
#include "table/text_head.hpp"

#include <algorithm>
#include <string_view>

#include "base/size.hpp"
#include "table/delimited.hpp"
#include "table/reader.hpp"
#include "table/record_ends.hpp"
#include "table/text_limits.hpp"
#include "table/text_stream.hpp"

namespace parallel_run::table {

namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

/// The beginning of a file's text, as much as was asked for.
class Head {
public:
    explicit Head(const TextFile& file) : stream_(open_stream(file)) {}

    [[nodiscard]] std::string_view text() const { return text_; }
    [[nodiscard]] std::size_t mark_size() const {
        return text_.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
    }

    /// Reads up to `size` bytes more; false at the text's end.
    bool extend(std::size_t size) {
        const auto begin = text_.size();
        text_.resize(begin + size);
        auto end = begin;
        while (end < text_.size()) {
            const auto got = stream_->read(text_.data() + end, text_.size() - end);
            if (got == 0) break;
            end += got;
        }
        text_.resize(end);
        return end > begin;
    }

private:
    std::unique_ptr<TextStream> stream_;
    std::string text_;
};

bool has_header(const Format& format, const std::string& file) {
    if (format.kind != Kind::delimited) return false;
    switch (format.header) {
        case config::Header::all_files: return true;
        case config::Header::first_file: return file == format.first_file;
        case config::Header::none: break;
    }
    return false;
}

std::string joined(const std::vector<std::string>& columns) {
    std::string text;
    for (const auto& column : columns) text += (text.empty() ? "" : ", ") + column;
    return text;
}

void check_header(const TextFile& file, const Format& format, const std::string& header) {
    std::vector<std::string> columns;
    try {
        columns = split_record(format, header);
    } catch (const ReadError& error) {
        throw ReadError(file.path() + ": its header is malformed: " + error.what());
    }
    if (columns == format.columns) return;
    throw ReadError("the header of " + file.path() + " (" + joined(columns) +
                    ") is not that of the input's first file, " + format.first_file + " (" +
                    joined(format.columns) +
                    "); all files of an input need the same columns in the same order");
}

}  // namespace

std::optional<FirstRecord> read_first_record(const TextFile& file, const Format& format) {
    constexpr std::size_t kFirstPiece = 4096;
    Head head(file);
    RecordEnds ends(border_quote(format));
    bool more = head.extend(kFirstPiece);
    auto begin = head.mark_size();
    for (auto searched = begin;;) {
        const auto text = head.text();
        if (const auto size = ends.find(text.substr(searched)); size != RecordEnds::kNone) {
            searched += size;
            const auto line = without_line_end(text.substr(begin, searched - begin));
            if (!line.empty()) return FirstRecord{std::string(line), searched};
            begin = searched;
        } else if (!more) {
            if (begin == text.size()) return std::nullopt;
            return FirstRecord{std::string(text.substr(begin)), text.size()};
        } else {
            searched = text.size();
            if (searched > TextLimits().record_bytes) {
                throw ReadError(file.path() + " has no record in its first " +
                                base::format_bytes(searched) + ": is it text with line breaks?");
            }
            more = head.extend(searched);
        }
    }
}

std::uint64_t rows_begin(const TextFile& file, const Format& format) {
    if (has_header(format, file.path())) {
        const auto header = read_first_record(file, format);
        if (!header) return file.size();
        check_header(file, format, header->text);
        return header->end;
    }
    Head head(file);
    head.extend(kByteOrderMark.size());
    return head.mark_size();
}

}  // namespace parallel_run::table
