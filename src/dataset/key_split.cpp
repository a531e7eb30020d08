// SPDX-License-Identifier: Apache-2.0
#include "dataset/key_split.hpp"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <tuple>
#include <unordered_map>

#include "base/codec.hpp"
#include "base/hasher.hpp"
#include "dataset/key_columns.hpp"
#include "dataset/partition_key.hpp"
#include "dataset/work_file.hpp"
#include "table/reader.hpp"
#include "table/text_file.hpp"

namespace parallel_run::dataset {

namespace {

constexpr std::string_view kMagic = "PRSPLIT1";
constexpr std::size_t kNumberBytes = 8;
constexpr std::size_t kHeadBytes = kMagic.size() + kNumberBytes;
constexpr std::size_t kEntryBytes = 2 * kNumberBytes + sizeof(base::Digest);

/// A key travels with its mini-batch and in messages.
constexpr std::size_t kMaxKeyBytes = std::size_t{64} << 10;

void put_number(std::uint64_t number, std::string& out) {
    for (std::size_t i = 0; i < kNumberBytes; ++i) out += static_cast<char>(number >> (8 * i));
}

std::uint64_t number_at(std::string_view bytes) {
    std::uint64_t number = 0;
    for (std::size_t i = kNumberBytes; i-- > 0;) {
        number = number << 8 | static_cast<unsigned char>(bytes[i]);
    }
    return number;
}

base::Digest digest_of(std::string_view bytes) {
    base::Hasher hasher;
    hasher.add(bytes);
    return hasher.digest();
}

/// The same on every host and in every run.
std::uint64_t bucket_of(std::string_view key, std::uint64_t buckets) {
    const auto digest = digest_of(key);
    return number_at({digest.data(), digest.size()}) % buckets;
}

/// Which rows of a table have the same values in some columns.
class Grouping {
public:
    struct Group {
        std::string key;
        std::uint64_t bucket = 0;
        std::uint64_t rows = 0;
    };

    Grouping(const table::Table& table, const SplitTask& task, std::vector<std::size_t> columns)
        : table_(table), task_(task), columns_(std::move(columns)) {
        group_of_row_.reserve(table.row_count);
        for (std::uint64_t row = 0; row < table.row_count; ++row) {
            group_of_row_.push_back(group_of(row));
        }
        sort();
    }

    /// By bucket, then key.
    [[nodiscard]] const std::vector<Group>& groups() const { return groups_; }
    /// Group after group, of each in the table's order.
    [[nodiscard]] const std::vector<std::uint32_t>& rows() const { return rows_; }

private:
    [[nodiscard]] std::string_view value(std::uint64_t row, std::size_t column) const {
        const auto& field = table_.fields[row * table_.columns.size() + column];
        if (field.size == PARALLEL_RUN_ABSENT) return {};
        return {table_.bytes.data() + field.begin, field.size};
    }

    std::uint32_t group_of(std::uint64_t row) {
        values_.clear();
        base::Encoder encoder(values_);
        for (const auto column : columns_) encoder.string(value(row, column));
        const auto [found, is_new] =
            positions_.emplace(values_, static_cast<std::uint32_t>(groups_.size()));
        if (is_new) groups_.push_back(new_group(row));
        ++groups_[found->second].rows;
        return found->second;
    }

    [[nodiscard]] Group new_group(std::uint64_t row) const {
        Group group;
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            add_to_key(task_.keys[i], value(row, columns_[i]), group.key);
        }
        if (group.key.size() > kMaxKeyBytes) {
            throw table::ReadError(task_.piece.file +
                                   ": the columns of partition_keys have a value of more than 64 "
                                   "KiB: are they the right ones?");
        }
        group.bucket = bucket_of(group.key, task_.buckets);
        return group;
    }

    void sort() {
        std::vector<std::uint32_t> order(groups_.size());
        std::iota(order.begin(), order.end(), 0U);
        std::sort(order.begin(), order.end(), [this](std::uint32_t a, std::uint32_t b) {
            return std::tie(groups_[a].bucket, groups_[a].key) <
                   std::tie(groups_[b].bucket, groups_[b].key);
        });
        std::vector<std::uint64_t> next(groups_.size());
        std::vector<Group> sorted;
        std::uint64_t before = 0;
        for (const auto group : order) {
            next[group] = before;
            before += groups_[group].rows;
            sorted.push_back(std::move(groups_[group]));
        }
        groups_ = std::move(sorted);
        rows_.resize(group_of_row_.size());
        for (std::uint32_t row = 0; row < group_of_row_.size(); ++row) {
            rows_[next[group_of_row_[row]]++] = row;
        }
    }

    const table::Table& table_;
    const SplitTask& task_;
    std::vector<std::size_t> columns_;
    std::string values_;
    std::unordered_map<std::string, std::uint32_t> positions_;  ///< in groups_, by values_
    std::vector<Group> groups_;
    std::vector<std::uint32_t> group_of_row_;
    std::vector<std::uint32_t> rows_;
};

/// A record whose last byte is a carriage return lost a whole line end to it, or none: with one
/// more it reads the same again.
std::string_view line_end_of(std::string_view record) {
    return record.ends_with('\r') ? "\r\n" : "\n";
}

void put_group(const Grouping::Group& group, const std::uint32_t* rows, const table::Table& table,
               std::string& text, std::string& slice) {
    text.clear();
    for (std::uint64_t i = 0; i < group.rows; ++i) {
        const auto& span = table.records[rows[i]];
        const std::string_view record(table.bytes.data() + span.begin, span.size);
        text.append(record).append(line_end_of(record));
    }
    base::Encoder encoder(slice);
    encoder.string(group.key);
    encoder.varint(group.rows);
    encoder.string(text);
}

void write_split_file(const Grouping& grouping, const table::Table& table, const SplitTask& task) {
    WorkFileWriter file(task.to);
    std::string head(kMagic);
    put_number(task.buckets, head);
    std::uint64_t place = kHeadBytes + kEntryBytes * task.buckets;
    auto group = grouping.groups().begin();
    const auto* rows = grouping.rows().data();
    std::string text;
    std::string slice;
    for (std::uint64_t bucket = 0; bucket < task.buckets; ++bucket) {
        slice.clear();
        for (; group != grouping.groups().end() && group->bucket == bucket; ++group) {
            put_group(*group, rows, table, text, slice);
            rows += group->rows;
        }
        put_number(place, head);
        put_number(slice.size(), head);
        const auto digest = digest_of(slice);
        head.append(digest.data(), digest.size());
        file.write(place, slice);
        place += slice.size();
    }
    file.write(0, head);
    file.close();
}

[[noreturn]] void throw_damaged(const std::string& split_file) {
    throw table::ReadError(split_file +
                           ", which this job wrote, is damaged: is something else writing there, "
                           "or is the file system faulty?");
}

}  // namespace

SplitSummary split_by_key(const SplitTask& task, const table::Format& format) {
    const auto columns = key_columns(format, task.keys);
    table::Table table;
    table::open_reader(format)->read(task.piece, table);
    write_split_file(Grouping(table, task, columns), table, task);
    return {table.row_count, table.bad_count};
}

std::string read_slice(const std::string& split_file, std::uint64_t bucket) {
    const table::TextFile file(split_file);
    std::string head(kHeadBytes, '\0');
    std::string entry(kEntryBytes, '\0');
    const auto place = kHeadBytes + kEntryBytes * bucket;
    if (file.read(0, head.data(), head.size()) < head.size() || !head.starts_with(kMagic) ||
        bucket >= number_at(std::string_view(head).substr(kMagic.size())) ||
        file.read(place, entry.data(), entry.size()) < entry.size()) {
        throw_damaged(split_file);
    }
    const auto begin = number_at(entry);
    const auto size = number_at(std::string_view(entry).substr(kNumberBytes));
    if (begin > file.size() || size > file.size() - begin) throw_damaged(split_file);
    std::string slice(size, '\0');
    const auto digest = std::string_view(entry).substr(2 * kNumberBytes);
    if (file.read(begin, slice.data(), size) < size) throw_damaged(split_file);
    const auto found = digest_of(slice);
    if (digest != std::string_view(found.data(), found.size())) throw_damaged(split_file);
    return slice;
}

std::vector<SliceGroup> groups_of(std::string_view slice, const std::string& split_file) {
    std::vector<SliceGroup> groups;
    base::Decoder decoder(slice);
    while (decoder.ok() && !decoder.at_end()) {
        const auto key = decoder.string();
        const auto rows = decoder.varint();
        groups.push_back({key, rows, decoder.string()});
    }
    if (!decoder.ok()) throw_damaged(split_file);
    return groups;
}

}  // namespace parallel_run::dataset
