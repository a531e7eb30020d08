// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <parallel_run/entry_script.h>
#include <parallel_run/table.hpp>

namespace parallel_run {

/// The files of a mini-batch as a range of std::filesystem::path, each made when it is asked for.
class Files {
public:
    class Iterator {
    public:
        using iterator_category = std::input_iterator_tag;
        using value_type = std::filesystem::path;
        using difference_type = std::ptrdiff_t;
        using pointer = void;
        using reference = value_type;

        explicit Iterator(const char* const* at = nullptr) : at_(at) {}
        value_type operator*() const { return *at_; }
        Iterator& operator++() {
            ++at_;
            return *this;
        }
        Iterator operator++(int) { return Iterator(at_++); }
        bool operator==(const Iterator& other) const { return at_ == other.at_; }
        bool operator!=(const Iterator& other) const { return at_ != other.at_; }

    private:
        const char* const* at_;
    };

    Files(const char* const* first, std::size_t size) : first_(first), size_(size) {}

    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    /// Precondition: item < size().
    std::filesystem::path operator[](std::size_t item) const { return first_[item]; }
    Iterator begin() const { return Iterator(first_); }
    Iterator end() const { return Iterator(first_ + size_); }

private:
    const char* const* first_;
    std::size_t size_;
};

/// What one call of run() is to process. Valid during that call.
class MiniBatch {
public:
    explicit MiniBatch(const parallel_run_mini_batch& raw) : raw_(&raw) {}

    /// The same for the same input in every run: a stable name for files that a script writes.
    std::uint64_t index() const { return raw_->index; }
    /// 1 at the first attempt.
    std::uint32_t attempt() const { return raw_->attempt; }
    std::string_view input_name() const { return raw_->input_name; }
    /// "user=alice/genre=rock", as parallel_run_mini_batch says; empty without partition_keys.
    std::string_view partition_key() const {
        return raw_->partition_key == nullptr ? "" : raw_->partition_key;
    }
    /// The value that a name in partition_keys has for all items. Throws std::invalid_argument for
    /// a name that is not among them.
    std::string_view partition_value(std::string_view name) const {
        std::string known;
        for (const auto& [other, value] : partition_values()) {
            if (name == other) return value;
            known.append(known.empty() ? "" : ", ").append(other);
        }
        throw std::invalid_argument("partition_keys has no \"" + std::string(name) + "\"; " +
                                    (known.empty() ? "the step has none" : "it has " + known));
    }
    /// All names with their values, in the order of partition_keys.
    std::vector<std::pair<std::string_view, std::string_view>> partition_values() const {
        constexpr auto kSizeWithValues = offsetof(parallel_run_mini_batch, partition_key_values) +
                                         sizeof(parallel_run_mini_batch::partition_key_values);
        std::vector<std::pair<std::string_view, std::string_view>> values;
        if (raw_->size < kSizeWithValues) return values;
        for (std::uint64_t i = 0; i < raw_->partition_key_count; ++i) {
            values.emplace_back(raw_->partition_key_names[i], raw_->partition_key_values[i]);
        }
        return values;
    }
    /// The items; for a table the one file that it is from, and with partition_keys one of the
    /// engine's, to which the rows of the key were gathered.
    Files files() const { return Files(raw_->files, static_cast<std::size_t>(raw_->file_count)); }

    /// Whether the items are rows of a table (input_type = tabular).
    bool has_table() const {
        const bool knows_tables = raw_->size > offsetof(parallel_run_mini_batch, table);
        return knows_tables && raw_->table != nullptr;
    }
    /// Throws std::logic_error when the items are files.
    Table table() const {
        if (has_table()) return Table(*raw_->table);
        throw std::logic_error(
            "the items of this mini-batch are files, not rows of a table: use files(), or give "
            "the step input_type = tabular");
    }

private:
    const parallel_run_mini_batch* raw_;
};

}  // namespace parallel_run
