// SPDX-License-Identifier: Apache-2.0
#include "table/reader.hpp"

#include "table/delimited.hpp"
#include "table/hdf5.hpp"
#include "table/json_lines_parser.hpp"
#include "table/lines_parser.hpp"
#include "table/readers.hpp"
#include "table/text_reader.hpp"

namespace parallel_run::table {

namespace {

template <typename Parser>
class ReaderWith final : public TextReader {
public:
    ReaderWith(const Format& format, const TextLimits& limits)
        : TextReader(format, limits), parser_(format) {}

private:
    void parse(Table& table, std::uint64_t skip, std::uint64_t count) override {
        parser_.parse(table, skip, count);
    }

    Parser parser_;
};

}  // namespace

std::unique_ptr<Reader> open_text_reader(const Format& format, const TextLimits& limits) {
    switch (format.kind) {
        case Kind::delimited: return std::make_unique<ReaderWith<DelimitedParser>>(format, limits);
        case Kind::json_lines: return std::make_unique<ReaderWith<JsonLinesParser>>(format, limits);
        default: return std::make_unique<ReaderWith<LinesParser>>(format, limits);
    }
}

std::unique_ptr<Reader> open_reader(const Format& format) {
    return format.kind == Kind::hdf5 ? open_hdf5_reader(format) : open_text_reader(format);
}

}  // namespace parallel_run::table
