// SPDX-License-Identifier: Apache-2.0
#include "ring/messages.hpp"

#include "base/codec.hpp"
#include "ring/last_words.hpp"

namespace parallel_run::ring {

std::string encode(const ErrorReport& report) {
    std::string bytes;
    base::Encoder out(bytes);
    out.varint(static_cast<std::uint64_t>(report.call));
    out.varint(report.index);
    out.varint(report.attempt);
    out.string(report.type);
    out.string(report.message);
    out.string(report.items);
    for (const auto address : report.stack) out.varint(address);
    return bytes;
}

bool decode(std::string_view bytes, ErrorReport& report) {
    base::Decoder in(bytes);
    const auto call = in.varint();
    if (call > static_cast<std::uint64_t>(Call::shutdown)) in.fail();
    report.call = static_cast<Call>(call);
    report.index = in.varint();
    report.attempt = in.integer<std::uint32_t>();
    report.type = in.string();
    report.message = in.string();
    report.items = in.string();
    report.stack.clear();
    while (in.ok() && !in.at_end() && report.stack.size() < kMaxFrames) {
        report.stack.push_back(in.varint());
    }
    return in.finished();
}

std::string encode(const Setup& setup) {
    std::string bytes;
    base::Encoder out(bytes);
    for (const auto* text : {&setup.script, &setup.output_dir, &setup.entry_script_log_dir,
                             &setup.error_dir, &setup.working_dir, &setup.agent_name}) {
        out.string(*text);
    }
    out.signed_varint(setup.worker_index);
    out.signed_varint(setup.gpu_index);
    out.varint(static_cast<unsigned char>(setup.field_delimiter));
    out.boolean(setup.keep_rows);
    out.boolean(setup.keep_records);
    out.signed_varint(setup.lowest_log_level);
    out.strings(setup.arguments);
    out.varint(setup.side_inputs.size());
    for (const auto& [name, path] : setup.side_inputs) {
        out.string(name);
        out.string(path);
    }
    out.strings(setup.input_names);
    out.varint(setup.formats.size());
    for (const auto& format : setup.formats) table::encode(format, out);
    return bytes;
}

bool decode(std::string_view bytes, Setup& setup) {
    base::Decoder in(bytes);
    for (auto* text : {&setup.script, &setup.output_dir, &setup.entry_script_log_dir,
                       &setup.error_dir, &setup.working_dir, &setup.agent_name}) {
        *text = in.string();
    }
    setup.worker_index = static_cast<std::int32_t>(in.signed_varint());
    setup.gpu_index = static_cast<std::int32_t>(in.signed_varint());
    setup.field_delimiter = static_cast<char>(in.integer<std::uint8_t>());
    setup.keep_rows = in.boolean();
    setup.keep_records = in.boolean();
    setup.lowest_log_level = static_cast<std::int32_t>(in.signed_varint());
    setup.arguments = in.strings();
    setup.side_inputs.clear();
    for (auto left = in.varint(); left > 0 && in.ok(); --left) {
        const auto name = in.string();
        setup.side_inputs.emplace_back(name, in.string());
    }
    setup.input_names = in.strings();
    setup.formats.clear();
    for (auto left = in.varint(); left > 0 && in.ok(); --left) {
        setup.formats.push_back(table::decode_format(in));
    }
    return in.finished();
}

}  // namespace parallel_run::ring
