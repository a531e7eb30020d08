// SPDX-License-Identifier: Apache-2.0
#include "hdf5/dataset.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "hdf5/failure.hpp"
#include "hdf5/split.hpp"
#include "hdf5/text_arena.hpp"

namespace parallel_run::hdf5 {

namespace {

/// More is no data but a broken file.
constexpr std::uint64_t kMaxRowBytes = std::uint64_t{1} << 40;
constexpr std::uint64_t kMaxPartBytes = kMaxRowBytes;
constexpr std::uint64_t kMaxTextColumns = 10'000;
constexpr std::size_t kMaxChunkCache = 64 << 20;

/// What a text of variable length is taken to need when mini-batches are planned.
constexpr std::uint64_t kGuessedText = 64;

constexpr auto kTooLong = "4 GiB of text in a column";

/// False: the product is beyond 64 bits.
bool multiply(std::uint64_t& product, std::uint64_t factor) {
    return !__builtin_mul_overflow(product, factor, &product);
}

/// "a", "a.b", or for one of several texts in a row "a[2]".
std::string column_name(const std::string& dataset, const std::string& member, bool one,
                        std::uint64_t index) {
    auto name = dataset;
    if (!member.empty()) name += (name.empty() ? "" : ".") + member;
    return one ? name : name + "[" + std::to_string(index) + "]";
}

}  // namespace

Dataset::Dataset(hid_t file, const std::string& file_name, const std::string& path)
    : path_(path), where_(file_name + ": dataset " + path) {
    open(file);
    take_shape();
    const Handle type(H5Dget_type(dataset_.get()), H5Tclose);
    element_ = element_of(type.get(), where_);
    std::uint64_t row_bytes = element_.size;
    if (row_bytes == 0 || !multiply(row_bytes, elements_per_row_) || row_bytes > kMaxRowBytes) {
        fail(where_,
             "has values of no bytes or rows of more than a tebibyte. Is the file damaged?");
    }
    name_columns();
    const Handle creation(H5Dget_create_plist(dataset_.get()), H5Pclose);
    if (!creation) fail_with_last_error(where_);
    check_filters(creation.get());
    take_chunk(creation.get());
    size_chunk_cache(file, creation.get());
}

void Dataset::open(hid_t file) {
    dataset_ = Handle(H5Dopen2(file, path_.c_str(), H5P_DEFAULT), H5Dclose);
    if (!dataset_) fail_with_last_error(where_);
}

void Dataset::take_shape() {
    const Handle space(H5Dget_space(dataset_.get()), H5Sclose);
    const auto rank = H5Sget_simple_extent_ndims(space.get());
    if (rank < 0) fail_with_last_error(where_);
    if (rank == 0) fail(where_, "has no rows: it is a single value or nothing");
    dimensions_.resize(static_cast<std::size_t>(rank));
    H5Sget_simple_extent_dims(space.get(), dimensions_.data(), nullptr);
    for (std::size_t i = 1; i < dimensions_.size(); ++i) {
        if (!multiply(elements_per_row_, dimensions_[i])) {
            fail(where_, "has rows of more than 2^64 values. Is the file damaged?");
        }
    }
}

void Dataset::check_filters(hid_t creation) const {
    const auto count = H5Pget_nfilters(creation);
    for (unsigned i = 0; i < static_cast<unsigned>(std::max(count, 0)); ++i) {
        unsigned flags = 0;
        unsigned config = 0;
        std::size_t values = 0;
        std::array<char, 256> name{};
        const auto id = H5Pget_filter2(creation, i, &flags, &values, nullptr, name.size(),
                                       name.data(), &config);
        if (H5Zfilter_avail(id) > 0) continue;
        fail(where_, "needs the filter " + std::string(name.data()) + (name[0] == '\0' ? "" : " ") +
                         "(number " + std::to_string(id) +
                         "), which this HDF5 does not have. Install its plugin and set "
                         "HDF5_PLUGIN_PATH to the plugin's folder");
    }
}

void Dataset::take_chunk(hid_t creation) {
    if (H5Pget_layout(creation) != H5D_CHUNKED) return;
    chunk_.resize(dimensions_.size());
    const auto rank = static_cast<int>(chunk_.size());
    if (H5Pget_chunk(creation, rank, chunk_.data()) != rank) fail_with_last_error(where_);
    if (std::find(chunk_.begin(), chunk_.end(), 0) != chunk_.end()) {
        fail(where_, "has chunks of no size. Is the file damaged?");
    }
}

std::uint64_t Dataset::chunk_bytes() const {
    if (chunk_.empty()) return 0;
    std::uint64_t bytes = element_.size;
    for (const auto dimension : chunk_) {
        if (!multiply(bytes, dimension)) return kMaxRowBytes;
    }
    return bytes;
}

/// Chunks that are whole rows as they lie in the file are read past the cache, straight to where
/// they belong; else the cache holds those of a band of rows, so that one that two parts share, or
/// that gives many short pieces, is read and unpacked once.
void Dataset::size_chunk_cache(hid_t file, hid_t creation) {
    if (chunk_.empty()) return;
    const bool whole_rows = std::equal(chunk_.begin() + 1, chunk_.end(), dimensions_.begin() + 1);
    auto bytes = chunk_bytes();
    for (std::size_t i = 1; i < chunk_.size(); ++i) {
        if (!multiply(bytes, (dimensions_[i] + chunk_[i] - 1) / chunk_[i])) {
            bytes = kMaxChunkCache;
        }
    }
    if (whole_rows && H5Pget_nfilters(creation) == 0) bytes = 0;
    constexpr std::size_t kSlots = 10'007;
    const Handle access(H5Pcreate(H5P_DATASET_ACCESS), H5Pclose);
    H5Pset_chunk_cache(access.get(), kSlots, std::min<std::uint64_t>(bytes, kMaxChunkCache),
                       H5D_CHUNK_CACHE_W0_DEFAULT);
    dataset_ = Handle();  // a dataset that is open keeps its cache
    dataset_ = Handle(H5Dopen2(file, path_.c_str(), access.get()), H5Dclose);
    if (!dataset_) fail_with_last_error(where_);
}

void Dataset::name_columns() {
    const auto last = path_.substr(path_.rfind('/') + 1);
    for (const auto& member : element_.members) {
        const auto count = column_count(member, elements_per_row_);
        if (count > kMaxTextColumns) {
            fail(where_, "has " + std::to_string(count) + " texts in a row; " +
                             std::to_string(kMaxTextColumns) + " are the most");
        }
        for (std::uint64_t i = 0; i < count; ++i) {
            auto& column = columns_.emplace_back();
            column.name = column_name(member.name.empty() ? last : "", member.name, count == 1, i);
            column.full_name = column_name(path_, member.name, count == 1, i);
            column.type = member.type;
            if (member.text != Text::none) continue;
            column.dimensions.assign(dimensions_.begin() + 1, dimensions_.end());
            column.dimensions.insert(column.dimensions.end(), member.dimensions.begin(),
                                     member.dimensions.end());
        }
    }
}

std::uint64_t Dataset::row_bytes() const {
    auto bytes = elements_per_row_ * element_.size;
    for (const auto& member : element_.members) {
        if (member.text == Text::variable) bytes += elements_per_row_ * member.count * kGuessedText;
    }
    return bytes;
}

void Dataset::too_much(const std::string& what) const {
    fail(where_, "has a part with more than " + what + ". Make mini_batch_size smaller");
}

void Dataset::read(std::uint64_t begin, std::uint64_t count, std::span<table::Column> columns,
                   table::Buffer& scratch) const {
    auto bytes = elements_per_row_ * element_.size;
    if (!multiply(bytes, count) || bytes > kMaxPartBytes) too_much("a tebibyte");
    if (bytes == 0) return;
    if (element_.is_plain_number()) {
        auto& values = columns[0].values;
        const auto end = values.size();
        values.resize(end + bytes);
        return transfer(begin, count, H5P_DEFAULT, values.data() + end);
    }
    const auto step = piece_rows();
    for (std::uint64_t done = 0; done < count; done += step) {
        read_piece(begin + done, std::min(step, count - done), columns, scratch);
    }
}

/// So many that they are still in the processor's cache when they are taken apart, but whole
/// chunks.
std::uint64_t Dataset::piece_rows() const {
    constexpr std::uint64_t kPieceBytes = 512 << 10;
    const auto rows = std::max<std::uint64_t>(kPieceBytes / (elements_per_row_ * element_.size), 1);
    return std::max(rows / chunk_rows(), std::uint64_t{1}) * chunk_rows();
}

void Dataset::read_piece(std::uint64_t begin, std::uint64_t count, std::span<table::Column> columns,
                         table::Buffer& scratch) const {
    scratch.resize(count * elements_per_row_ * element_.size);
    TextArena arena(2 * kMaxText);
    Handle properties;
    if (element_.has_variable_text()) {
        std::memset(scratch.data(), 0, scratch.size());
        properties = Handle(H5Pcreate(H5P_DATASET_XFER), H5Pclose);
        arena.serve(properties.get());
    }
    try {
        transfer(begin, count, properties ? properties.get() : H5P_DEFAULT, scratch.data());
    } catch (...) {
        if (arena.was_full()) too_much(kTooLong);
        throw;
    }
    if (!split(element_, scratch.data(), count, elements_per_row_, columns)) too_much(kTooLong);
}

void Dataset::transfer(std::uint64_t begin, std::uint64_t count, hid_t properties, char* to) const {
    std::vector<hsize_t> start(dimensions_.size(), 0);
    auto block = dimensions_;
    start[0] = begin;
    block[0] = count;
    // Of the same shape: HDF5 then copies rows rather than single values.
    const Handle memory(H5Screate_simple(static_cast<int>(block.size()), block.data(), nullptr),
                        H5Sclose);
    const Handle file(H5Dget_space(dataset_.get()), H5Sclose);
    if (H5Sselect_hyperslab(file.get(), H5S_SELECT_SET, start.data(), nullptr, block.data(),
                            nullptr) < 0 ||
        H5Dread(dataset_.get(), element_.type.get(), memory.get(), file.get(), properties, to) <
            0) {
        fail_with_last_error(where_);
    }
}

}  // namespace parallel_run::hdf5
