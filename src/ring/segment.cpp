// SPDX-License-Identifier: Apache-2.0
#include "ring/segment.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <bit>
#include <cerrno>
#include <new>
#include <utility>

#include "base/error.hpp"

namespace parallel_run::ring {

namespace {

constexpr std::uint64_t kMagic = 0x474e49522d525052;  // "RPR-RING"
constexpr std::uint32_t kVersion = 3;
constexpr std::uint64_t kHeaderBytes = 4096;
constexpr std::uint64_t kLastWordsBytes = 64 << 10;
constexpr std::uint64_t kMinCapacity = 4096;
constexpr std::uint64_t kMaxCapacity = 1ULL << 32;
static_assert(sizeof(SegmentHeader) <= kHeaderBytes);
static_assert(sizeof(LastWords) <= kLastWordsBytes);

bool is_capacity(std::uint64_t bytes) {
    return std::has_single_bit(bytes) && bytes >= kMinCapacity && bytes <= kMaxCapacity;
}

void* map(int fd, std::uint64_t size) {
    return ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
}

}  // namespace

Segment Segment::create(std::uint64_t command_capacity, std::uint64_t event_capacity) {
    const auto size = kHeaderBytes + command_capacity + event_capacity + kLastWordsBytes;
    base::UniqueFd fd(::memfd_create("parallel-run", MFD_CLOEXEC | MFD_ALLOW_SEALING));
    if (!fd || ::ftruncate(fd.get(), static_cast<off_t>(size)) != 0 ||
        ::fcntl(fd.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0) {
        throw base::EnvironmentError(
            base::system_error_text("cannot make shared memory for a worker process", errno));
    }
    void* const memory = map(fd.get(), size);
    if (memory == MAP_FAILED) {
        throw base::EnvironmentError(
            base::system_error_text("cannot map the shared memory of a worker process", errno));
    }
    auto* const header = new (memory) SegmentHeader{};
    header->magic = kMagic;
    header->version = kVersion;
    header->command_capacity = command_capacity;
    header->event_capacity = event_capacity;
    return {std::move(fd), memory, size, command_capacity, event_capacity};
}

base::Result<Segment> Segment::open(base::UniqueFd fd) {
    struct stat status {};
    if (::fstat(fd.get(), &status) != 0) {
        return base::Failure{base::system_error_text("no shared memory to open", errno)};
    }
    const auto size = static_cast<std::uint64_t>(status.st_size);
    if (size < kHeaderBytes) return base::Failure{"the shared memory is too small for its header"};
    void* const memory = map(fd.get(), size);
    if (memory == MAP_FAILED) {
        return base::Failure{base::system_error_text("cannot map the shared memory", errno)};
    }
    const auto& header = *static_cast<const SegmentHeader*>(memory);
    const auto commands = header.command_capacity;
    const auto events = header.event_capacity;
    const bool known = header.magic == kMagic && header.version == kVersion;
    Segment segment(std::move(fd), memory, size, commands, events);
    if (!known) return base::Failure{"the shared memory is of another version of parallel-run"};
    if (!is_capacity(commands) || !is_capacity(events) ||
        kHeaderBytes + commands + events + kLastWordsBytes != size) {
        return base::Failure{"the shared memory's header does not fit its size"};
    }
    return segment;
}

Segment::Segment(base::UniqueFd fd, void* memory, std::uint64_t size,
                 std::uint64_t command_capacity, std::uint64_t event_capacity)
    : fd_(std::move(fd)),
      memory_(memory),
      size_(size),
      command_capacity_(command_capacity),
      event_capacity_(event_capacity) {}

Segment::Segment(Segment&& other) noexcept
    : fd_(std::move(other.fd_)),
      memory_(std::exchange(other.memory_, nullptr)),
      size_(other.size_),
      command_capacity_(other.command_capacity_),
      event_capacity_(other.event_capacity_) {}

Segment& Segment::operator=(Segment&& other) noexcept {
    std::swap(fd_, other.fd_);
    std::swap(memory_, other.memory_);
    std::swap(size_, other.size_);
    std::swap(command_capacity_, other.command_capacity_);
    std::swap(event_capacity_, other.event_capacity_);
    return *this;
}

Segment::~Segment() {
    if (memory_ != nullptr) ::munmap(memory_, size_);
}

char* Segment::command_bytes() const { return static_cast<char*>(memory_) + kHeaderBytes; }
char* Segment::event_bytes() const { return command_bytes() + command_capacity_; }

LastWords& Segment::last_words() const {
    // The memory of a memfd begins as zeros, which is a LastWords that says nothing.
    return *reinterpret_cast<LastWords*>(event_bytes() + event_capacity_);
}

Producer Segment::command_producer() const {
    return {header().commands, command_bytes(), command_capacity_};
}
Consumer Segment::event_consumer() const {
    return {header().events, event_bytes(), event_capacity_};
}
Consumer Segment::command_consumer() const {
    return {header().commands, command_bytes(), command_capacity_};
}
Producer Segment::event_producer() const {
    return {header().events, event_bytes(), event_capacity_};
}

}  // namespace parallel_run::ring
