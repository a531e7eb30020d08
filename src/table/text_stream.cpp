// SPDX-License-Identifier: Apache-2.0
#include "table/text_stream.hpp"

#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <limits>
#include <new>
#include <string_view>
#include <vector>

#include "table/extension.hpp"
#include "table/reader.hpp"

namespace parallel_run::table {

namespace {

constexpr std::size_t kPieceBytes = 256 * 1024;

class PlainStream final : public TextStream {
public:
    explicit PlainStream(const TextFile& file) : file_(file) {}

    std::size_t read(char* to, std::size_t size) override {
        const auto got = file_.read(position_, to, size);
        position_ += got;
        return got;
    }

private:
    const TextFile& file_;
    std::uint64_t position_ = 0;
};

/// What the two compressed formats have in common: a file is a sequence of units (members, frames),
/// each with a beginning and an end.
class CompressedStream : public TextStream {
public:
    std::size_t read(char* to, std::size_t size) final {
        if (size == 0) return 0;
        for (;;) {
            if (rest_.empty()) refill();
            const bool at_end = rest_.empty();
            if (at_end && between_units_) return 0;
            if (const auto got = decompress(rest_, to, size); got > 0) return got;
            if (at_end) throw ReadError(path() + " is cut off: its compressed data has no end");
        }
    }

protected:
    explicit CompressedStream(const TextFile& file) : file_(file), piece_(kPieceBytes) {}

    /// Takes what it can from the front of `compressed`, returns how much text it made, and calls
    /// set_between_units().
    virtual std::size_t decompress(std::string_view& compressed, char* to, std::size_t size) = 0;

    void set_between_units(bool between) { between_units_ = between; }
    [[nodiscard]] const std::string& path() const { return file_.path(); }
    [[noreturn]] void throw_damaged(const char* reason) const {
        throw ReadError(path() + " is damaged: " + (reason != nullptr ? reason : "not compressed") +
                        "; its name says that it is compressed");
    }

private:
    void refill() {
        const auto got = file_.read(position_, piece_.data(), piece_.size());
        position_ += got;
        rest_ = {piece_.data(), got};
    }

    const TextFile& file_;
    std::vector<char> piece_;
    std::string_view rest_;
    std::uint64_t position_ = 0;
    bool between_units_ = true;
};

class GzipStream final : public CompressedStream {
public:
    explicit GzipStream(const TextFile& file) : CompressedStream(file) {
        constexpr int kGzipOnly = 15 + 16;
        if (::inflateInit2(&state_, kGzipOnly) != Z_OK) throw std::bad_alloc();
    }
    ~GzipStream() override { ::inflateEnd(&state_); }
    GzipStream(const GzipStream&) = delete;
    GzipStream& operator=(const GzipStream&) = delete;

private:
    std::size_t decompress(std::string_view& compressed, char* to, std::size_t size) override {
        const auto limit =
            static_cast<uInt>(std::min<std::size_t>(size, std::numeric_limits<uInt>::max()));
        // zlib does not write to its input, but older declarations say so.
        state_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(compressed.data()));
        state_.avail_in = static_cast<uInt>(compressed.size());
        state_.next_out = reinterpret_cast<Bytef*>(to);
        state_.avail_out = limit;
        const int result = ::inflate(&state_, Z_NO_FLUSH);
        if (result != Z_OK && result != Z_BUF_ERROR && result != Z_STREAM_END) {
            throw_damaged(state_.msg);
        }
        compressed.remove_prefix(compressed.size() - state_.avail_in);
        const auto made = limit - state_.avail_out;
        set_between_units(result == Z_STREAM_END);
        if (result == Z_STREAM_END) ::inflateReset(&state_);
        return made;
    }

    z_stream state_{};
};

class ZstdStream final : public CompressedStream {
public:
    explicit ZstdStream(const TextFile& file) : CompressedStream(file) {
        if (!state_) throw std::bad_alloc();
    }

private:
    struct Free {
        void operator()(ZSTD_DStream* state) const { ::ZSTD_freeDStream(state); }
    };

    std::size_t decompress(std::string_view& compressed, char* to, std::size_t size) override {
        ZSTD_inBuffer in{compressed.data(), compressed.size(), 0};
        ZSTD_outBuffer out{to, size, 0};
        const auto result = ::ZSTD_decompressStream(state_.get(), &out, &in);
        if (::ZSTD_isError(result) != 0) throw_damaged(::ZSTD_getErrorName(result));
        compressed.remove_prefix(in.pos);
        set_between_units(result == 0);
        return out.pos;
    }

    std::unique_ptr<ZSTD_DStream, Free> state_{::ZSTD_createDStream()};
};

}  // namespace

Compression compression_of(std::string_view file) {
    if (has_extension(file, ".gz")) return Compression::gzip;
    if (has_extension(file, ".zst")) return Compression::zstd;
    return Compression::none;
}

std::unique_ptr<TextStream> open_stream(const TextFile& file) {
    switch (compression_of(file.path())) {
        case Compression::gzip: return std::make_unique<GzipStream>(file);
        case Compression::zstd: return std::make_unique<ZstdStream>(file);
        case Compression::none: break;
    }
    return std::make_unique<PlainStream>(file);
}

}  // namespace parallel_run::table
