// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <parallel_run/detail/field_writer.hpp>
#include <parallel_run/detail/formatting.hpp>
#include <parallel_run/detail/record_writer.hpp>
#include <parallel_run/engine.hpp>
#include <parallel_run/entry_script.h>

namespace parallel_run {

namespace detail {

template <typename Init, typename Run, typename Shutdown>
class EntryPoints;

}  // namespace detail

/// What run() returns: each row becomes a line of the output and counts one item as succeeded.
class Rows {
public:
    /// Throws std::invalid_argument for a row with a line feed, and leaves it out. (A carriage
    /// return is data.)
    void append(std::string_view row) {
        if (row.find('\n') != std::string_view::npos) refuse(row);
        text_.append(row);
        text_.push_back('\n');
        ++size_;
    }
    /// A row by std::format's rules (those of {fmt} where the compiler has no std::format).
    template <typename First, typename... Rest>
    void append(detail::Format<First, Rest...> format, First&& first, Rest&&... rest) {
        append(detail::formatting::format(format, std::forward<First>(first),
                                          std::forward<Rest>(rest)...));
    }

    /// A row of fields for an output whose name ends in .csv or .tsv: texts and paths, which are
    /// quoted where they must be (RFC 4180), integers, floats and doubles, and ranges of these,
    /// which give a field for each element. Throws std::invalid_argument for a text with a line
    /// feed, std::logic_error for another output; either way the row is left out.
    template <typename... Fields>
    void append_fields(const Fields&... fields) {
        const auto begin = text_.size();
        try {
            detail::FieldWriter writer(text_, EntryScript::instance().field_delimiter(), size_ + 1);
            (writer.add(fields), ...);
            writer.end_row();
        } catch (...) {
            text_.resize(begin);
            throw;
        }
        ++size_;
    }

    /// A row of an output that is a table: a value for each column that init() declared, in that
    /// order. A text is for a column of texts, a number or numbers that lie one after another (a
    /// std::vector, std::array, Span or the like) for one of numbers, of that very type. The row is
    /// of the item after the last one that was appended or failed. Throws std::invalid_argument for
    /// values that do not fit the columns, std::logic_error where init() declared none; either way
    /// the row is left out.
    template <typename... Values>
    void append_record(const Values&... values) {
        append_record_of(next_item_, values...);
    }
    /// The same for that item of the mini-batch (0 for the first).
    template <typename... Values>
    void append_record_of(std::uint64_t item, const Values&... values) {
        const auto begin = records_.size();
        try {
            records_.append(reinterpret_cast<const char*>(&item), sizeof item);
            detail::RecordWriter writer(records_, declared_columns(), size_ + 1);
            (writer.add(values), ...);
            writer.end_record();
        } catch (...) {
            records_.resize(begin);
            throw;
        }
        record_size_ = records_.size() - begin;
        next_item_ = item + 1;
        ++size_;
    }

    /// Lists an item of the mini-batch (0 for the first) as failed, with the reason, in the error
    /// log.
    void fail(std::size_t item, std::string_view reason) {
        failures_.push_back({item, std::string(reason)});
        next_item_ = item + 1;
    }

    /// Rows appended so far.
    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }

private:
    template <typename Init, typename Run, typename Shutdown>
    friend class detail::EntryPoints;

    struct Failure {
        std::size_t item;
        std::string reason;
    };

    [[noreturn]] void refuse(std::string_view row) const {
        throw std::invalid_argument("row " + std::to_string(size_ + 1) +
                                    " of the mini-batch has a line break, and a row is one line of "
                                    "the output: \"" +
                                    std::string(row.substr(0, row.find('\n'))) + "\\n...\"");
    }

    static const std::vector<OutputColumn>& declared_columns() {
        const auto& columns = EntryScript::instance().columns();
        if (!columns.empty()) return columns;
        throw std::logic_error(
            "append_record() needs columns: let init() call EntryScript::declare_columns(), and "
            "give the step an append_row_file_name that ends in .h5 or .hdf5");
    }

    void hand_over(const parallel_run_rows& engine) const {
        std::string_view rest = text_;
        while (!rest.empty()) {
            const auto row = rest.substr(0, rest.find('\n'));
            engine.append(engine.self, row.data(), row.size());
            rest.remove_prefix(row.size() + 1);
        }
        hand_over_records(engine);
        for (const auto& failure : failures_) {
            if (engine.fail(engine.self, failure.item, failure.reason.data(),
                            failure.reason.size()) != 0) {
                throw std::out_of_range("Rows::fail(" + std::to_string(failure.item) +
                                        ", ...): the mini-batch has no such item");
            }
        }
    }

    void hand_over_records(const parallel_run_rows& engine) const {
        for (std::size_t begin = 0; begin < records_.size(); begin += record_size_) {
            std::uint64_t item = 0;
            std::memcpy(&item, records_.data() + begin, sizeof item);
            engine.append_record(engine.self, item, records_.data() + begin + sizeof item,
                                 record_size_ - sizeof item);
        }
    }

    std::string text_;     // every row with its line feed
    std::string records_;  // every record after its item
    std::size_t record_size_ = 0;
    std::uint64_t next_item_ = 0;
    std::size_t size_ = 0;
    std::vector<Failure> failures_;
};

}  // namespace parallel_run
