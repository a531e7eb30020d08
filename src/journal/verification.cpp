// SPDX-License-Identifier: Apache-2.0
#include "journal/verification.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

#include "base/error.hpp"
#include "base/unique_fd.hpp"

namespace parallel_run::journal {

namespace {

constexpr std::uint64_t kPiece = std::uint64_t{1} << 20;

struct StateDeleter {
    void operator()(XXH3_state_t* state) const { XXH3_freeState(state); }
};

std::string at(const Epoch& epoch, const Block& block) {
    return "epoch " + std::to_string(epoch.number) + ", rank " + std::to_string(block.rank) +
           ": the block of " + std::to_string(block.bytes) + " bytes at offset " +
           std::to_string(block.offset);
}

class PosixBytes : public DataBytes {
public:
    PosixBytes(base::UniqueFd fd, std::uint64_t size) : fd_(std::move(fd)), size_(size) {}

    [[nodiscard]] std::uint64_t size() const override { return size_; }
    base::Result<std::size_t> read(std::uint64_t offset, std::span<char> part) override {
        ssize_t count = 0;
        do {
            count = ::pread(fd_.get(), part.data(), part.size(), static_cast<off_t>(offset));
        } while (count < 0 && errno == EINTR);
        if (count < 0) return base::Failure{std::strerror(errno)};
        return static_cast<std::size_t>(count);
    }

private:
    base::UniqueFd fd_;
    std::uint64_t size_;
};

class Verifier {
public:
    Verifier(const Recovery& recovery, const DataFile& file, const OpenData& open,
             const std::function<void(std::uint64_t)>& on_bytes)
        : recovery_(recovery), file_(file), open_(open), on_bytes_(on_bytes) {
        const auto& columns = recovery.state.columns;
        if (!columns.empty()) row_bytes_ = schema::row_bytes(columns);
    }

    Verification run() {
        check_plan();
        if (recovery_.state.file_bytes > 0 && open()) check_records();
        return std::move(result_);
    }

private:
    void fault(std::string text) {
        if (result_.faults.size() < Verification::kMostFaults) {
            result_.faults.push_back(std::move(text));
        } else {
            ++result_.more_faults;
        }
    }

    void check_plan() {
        const auto& state = recovery_.state;
        result_.epochs = state.epochs;
        if (!state.completed) return;
        const auto missing = state.committed.missing({0, state.plan.mini_batches});
        if (missing.empty()) return;
        fault("the journal says that the run is completed, and " +
              std::to_string(state.plan.mini_batches - state.committed.count()) + " of its " +
              std::to_string(state.plan.mini_batches) +
              " mini-batches are not recorded; the first is " +
              std::to_string(missing.front().first));
    }

    bool open() {
        auto data = open_(file_.path);
        if (!data) {
            fault(data.error() + "; " + std::to_string(recovery_.state.file_bytes) +
                  " bytes of it are recorded");
            return false;
        }
        data_ = std::move(data.value());
        check_length(data_->size());
        return true;
    }

    void check_length(std::uint64_t size) {
        const auto recorded = recovery_.state.file_bytes;
        // Beyond what is recorded lies what an unfinished run was writing.
        const bool too_long = size > recorded && recovery_.state.completed;
        if (size >= recorded && !too_long) return;
        fault(file_.path + " has " + std::to_string(size) + " bytes" +
              (row_bytes_ == 0 ? ", " : " of rows, ") +
              std::to_string(too_long ? size - recorded : recorded - size) +
              (too_long ? " more" : " less") + " than are recorded");
    }

    void check_records() {
        Reader reader(recovery_.bytes);
        while (const auto record = reader.next()) {
            const auto* const epoch = std::get_if<Epoch>(&*record);
            if (epoch == nullptr) continue;
            for (const auto& block : epoch->blocks) {
                if (!check_block(*epoch, block)) return;
            }
            check_rows(*epoch);
        }
    }

    /// False: the file cannot be read any further.
    bool check_block(const Epoch& epoch, const Block& block) {
        XXH3_64bits_reset(hash_.get());
        char last = 0;
        for (std::uint64_t done = 0; done < block.bytes;) {
            const auto piece = read(block.offset + done, block.bytes - done);
            if (piece.empty()) {
                fault(at(epoch, block) + " cannot be read: " +
                      (read_error_.empty() ? "the file ends in it" : read_error_));
                return false;
            }
            XXH3_64bits_update(hash_.get(), piece.data(), piece.size());
            if (row_bytes_ == 0) {
                result_.lines +=
                    static_cast<std::uint64_t>(std::count(piece.begin(), piece.end(), '\n'));
            }
            last = piece.back();
            done += piece.size();
            on_bytes_(result_.bytes += piece.size());
        }
        ++result_.blocks;
        if (row_bytes_ != 0) result_.lines += block.bytes / row_bytes_;
        if (XXH3_64bits_digest(hash_.get()) != block.checksum) {
            fault(at(epoch, block) + " has another checksum than was recorded");
        } else if (row_bytes_ == 0 && last != '\n') {
            fault(at(epoch, block) + " does not end with the end of a line");
        }
        return true;
    }

    /// What else is wrong may hide or make line ends.
    void check_rows(const Epoch& epoch) {
        const auto recorded = epoch.counters.rows + file_.header_lines;
        if (!result_.is_right() || result_.lines == recorded) return;
        fault("epoch " + std::to_string(epoch.number) + ": the file has " +
              std::to_string(result_.lines) + (row_bytes_ == 0 ? " lines" : " rows") +
              " up to its end, and " + std::to_string(recorded) + " are recorded");
    }

    /// At least one of so many bytes; none: the file ends there or read_error_ says why.
    std::string_view read(std::uint64_t offset, std::uint64_t bytes) {
        const auto count =
            data_->read(offset, {piece_.data(), static_cast<std::size_t>(std::min(bytes, kPiece))});
        read_error_ = count ? std::string() : count.error();
        return {piece_.data(), count ? count.value() : 0};
    }

    const Recovery& recovery_;
    const DataFile& file_;
    const OpenData& open_;
    const std::function<void(std::uint64_t)>& on_bytes_;
    std::uint64_t row_bytes_ = 0;  // 0: rows are lines
    std::unique_ptr<DataBytes> data_;
    std::unique_ptr<XXH3_state_t, StateDeleter> hash_{XXH3_createState()};
    std::string piece_ = std::string(kPiece, '\0');
    std::string read_error_;
    Verification result_;
};

}  // namespace

base::Result<std::unique_ptr<DataBytes>> open_data_file(const std::string& path) {
    base::UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat status {};
    if (!fd || ::fstat(fd.get(), &status) != 0) {
        return base::Failure{base::system_error_text("cannot read " + path, errno)};
    }
    return std::unique_ptr<DataBytes>(
        std::make_unique<PosixBytes>(std::move(fd), static_cast<std::uint64_t>(status.st_size)));
}

Verification verify(const Recovery& recovery, const DataFile& file, const OpenData& open,
                    const std::function<void(std::uint64_t)>& on_bytes) {
    return Verifier(recovery, file, open, on_bytes).run();
}

}  // namespace parallel_run::journal
