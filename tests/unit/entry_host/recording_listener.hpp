// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "entry_host/script.hpp"

namespace parallel_run::entry_host {

/// The path of a script of tests/entry_scripts.
inline std::string script_path(const std::string& name) {
    return PARALLEL_RUN_ENTRY_SCRIPTS "/" + name + ".so";
}

/// Keeps what a script said.
class RecordingListener : public Listener {
public:
    void log(std::int32_t level, std::string_view text) override {
        lines.emplace_back(level, text);
    }
    void metric(std::string_view name, double value) override { metrics.emplace_back(name, value); }
    void row(std::string_view row) override { rows.emplace_back(row); }
    void record(std::uint64_t mini_batch, std::uint64_t item, std::string_view values) override {
        records.push_back({mini_batch, item, std::string(values)});
    }
    void failed_item(std::uint64_t item, std::string_view reason) override {
        failed_items.emplace_back(item, reason);
    }

    std::vector<std::pair<std::int32_t, std::string>> lines;
    std::vector<std::pair<std::string, double>> metrics;
    std::vector<std::string> rows;
    struct Record {
        std::uint64_t mini_batch;
        std::uint64_t item;
        std::string values;
    };
    std::vector<Record> records;
    std::vector<std::pair<std::uint64_t, std::string>> failed_items;
};

/// A mini-batch of files.
class FilesOf {
public:
    explicit FilesOf(std::vector<const char*> paths, std::uint64_t index = 0)
        : paths_(std::move(paths)) {
        raw_.size = sizeof raw_;
        raw_.attempt = 1;
        raw_.index = index;
        raw_.input_name = "images";
        raw_.file_count = paths_.size();
        raw_.files = paths_.data();
    }
    FilesOf(const FilesOf&) = delete;
    FilesOf& operator=(const FilesOf&) = delete;

    [[nodiscard]] const parallel_run_mini_batch& raw() const { return raw_; }

private:
    std::vector<const char*> paths_;
    parallel_run_mini_batch raw_{};
};

}  // namespace parallel_run::entry_host
