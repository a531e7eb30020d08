// SPDX-License-Identifier: Apache-2.0
#include "dataset/descriptor.hpp"

#include "base/codec.hpp"
#include "base/size.hpp"

namespace parallel_run::dataset {

namespace {

using table::Range;

/// What follows the paths.
enum Contents : std::uint64_t { kNothing = 0, kPart = 1, kKey = 2, kOnlyMalformed = 4 };

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
    const auto contents = (descriptor.part ? kPart : kNothing) |
                          (descriptor.partition_key.empty() ? kNothing : kKey) |
                          (descriptor.only_malformed ? kOnlyMalformed : kNothing);
    if (contents != kNothing) encoder.varint(contents);
    if (descriptor.part) encode_numbers(*descriptor.part, encoder);
    if (!descriptor.partition_key.empty()) encoder.string(descriptor.partition_key);
}

void encode(std::uint32_t input, const Range& part, std::string& out) {
    base::Encoder encoder(out);
    encoder.varint(input);
    encoder.varint(1);
    encoder.string(part.file);
    encoder.varint(kPart);
    encode_numbers(part, encoder);
}

void encode(std::uint32_t input, std::uint64_t files, std::string_view paths,
            std::string_view partition_key, std::string& out) {
    base::Encoder encoder(out);
    encoder.varint(input);
    encoder.varint(files);
    out += paths;
    if (partition_key.empty()) return;
    encoder.varint(kKey);
    encoder.string(partition_key);
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
    const auto contents = decoder.ok() && !decoder.at_end() ? decoder.varint() : kNothing;
    out.is_table = (contents & kPart) != 0;
    out.only_malformed = (contents & kOnlyMalformed) != 0;
    if (contents > (kPart | kKey | kOnlyMalformed) || (out.is_table && count != 1) ||
        (out.only_malformed && contents != (kPart | kOnlyMalformed))) {
        return false;
    }
    if (out.is_table) {
        out.part.file = out.files.front();
        decode(decoder, out.part);
    }
    out.partition_key = (contents & kKey) != 0 ? decoder.string() : std::string_view();
    return decoder.finished();
}

std::string describe(const DescriptorView& descriptor) {
    if (descriptor.files.empty()) return {};
    std::string text(descriptor.partition_key);
    if (!text.empty()) text += ": ";
    if (descriptor.only_malformed) text += "malformed records of ";
    text += descriptor.files.front();
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
