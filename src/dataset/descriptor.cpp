// SPDX-License-Identifier: Apache-2.0
#include "dataset/descriptor.hpp"

#include "base/codec.hpp"

namespace parallel_run::dataset {

void encode(const Descriptor& descriptor, std::string& out) {
    base::Encoder encoder(out);
    encoder.varint(descriptor.input);
    encoder.varint(descriptor.files.size());
    for (const auto& file : descriptor.files) encoder.string(file);
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
    return decoder.finished();
}

}  // namespace parallel_run::dataset
