// SPDX-License-Identifier: Apache-2.0
#include "dataset/descriptor.hpp"

#include "base/codec.hpp"
#include "base/size.hpp"

namespace parallel_run::dataset {

namespace {

using table::Range;

/// kAll, the largest number, becomes 0, so that it takes one byte.
std::uint64_t next(std::uint64_t number) { return number + 1; }
std::uint64_t previous(std::uint64_t number) { return number - 1; }

void encode_numbers(const Range& part, base::Encoder& out) {
    out.varint(part.file_size);
    out.signed_varint(part.modified_ns);
    out.varint(part.begin);
    out.varint(next(part.end));
    out.boolean(part.inside_quotes);
    out.varint(part.skip);
    out.varint(next(part.count));
    out.signed_varint(part.first_record);
}

void decode(base::Decoder& in, Range& part) {
    part.file_size = in.varint();
    part.modified_ns = in.signed_varint();
    part.begin = in.varint();
    part.end = previous(in.varint());
    part.inside_quotes = in.boolean();
    part.skip = in.varint();
    part.count = previous(in.varint());
    part.first_record = in.signed_varint();
    if (part.begin > part.end) in.fail();
}

}  // namespace

void encode(const Descriptor& descriptor, std::string& out) {
    base::Encoder encoder(out);
    encoder.varint(descriptor.input);
    encoder.varint(descriptor.files.size());
    for (const auto& file : descriptor.files) encoder.string(file);
    if (descriptor.part) encode_numbers(*descriptor.part, encoder);
}

void encode(std::uint32_t input, const Range& part, std::string& out) {
    base::Encoder encoder(out);
    encoder.varint(input);
    encoder.varint(1);
    encoder.string(part.file);
    encode_numbers(part, encoder);
}

bool decode(std::string_view bytes, DescriptorView& out) {
    base::Decoder decoder(bytes);
    out.input = decoder.integer<std::uint32_t>();
    out.files.clear();
    const auto count = decoder.varint();
    if (count > decoder.rest().size()) return false;  // a path takes one byte at least
    for (std::uint64_t i = 0; i < count && decoder.ok(); ++i) {
        out.files.push_back(decoder.string());
    }
    out.is_table = decoder.ok() && !decoder.at_end();
    if (out.is_table && count == 1) {
        out.part.file = out.files.front();
        decode(decoder, out.part);
    }
    return decoder.finished();
}

std::string describe(const DescriptorView& descriptor) {
    if (descriptor.files.empty()) return {};
    std::string text(descriptor.files.front());
    if (descriptor.files.size() > 1) {
        text += " and " + std::to_string(descriptor.files.size() - 1) + " more";
    }
    return descriptor.is_table ? text + ", " + describe(descriptor.part) : text;
}

std::string describe(const Range& part) {
    if (part.end == Range::kAll) return "all";
    auto text = base::format_count(part.begin) + " to " + base::format_count(part.end);
    if (part.count == Range::kAll) return text;
    return text + ", " + base::format_count(part.count) + " rows from row " +
           base::format_count(part.skip);
}

}  // namespace parallel_run::dataset
