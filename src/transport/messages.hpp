// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "scheduling/types.hpp"
#include "schema/columns.hpp"

namespace parallel_run::transport {

/// Orchestrator to agent; the payload is encoded by the functions below.
enum class Order : std::uint16_t {
    work = 1,     ///< WorkMessage
    recall = 2,   ///< count: give back up to so many mini-batches, the last first
    restart = 3,  ///< empty: start a new process
    epoch = 4,    ///< number: seal what is finished and answer with Report::sealed
    write = 5,    ///< WriteMessage: write what was sealed, and sync with all
    stop = 6,     ///< 1: at once, killing the process; 0: let shutdown() run
    leave = 7,    ///< exit status: the job is over, end the loop
    task = 8,     ///< a dataset::PlanTask, encoded
};

/// Agent to orchestrator.
enum class Report : std::uint16_t {
    ready = 1,        ///< ReadyMessage: a process's init() succeeded
    init_failed = 2,  ///< ErrorNote
    unavailable = 3,  ///< empty: the process is gone, a new one is coming
    outcomes = 4,     ///< OutcomesMessage
    recalled = 5,     ///< count of the outcomes `returned` that answer the recall, sent before
    sealed = 6,       ///< SealedMessage
    written = 7,      ///< WrittenMessage
    stopped = 8,      ///< empty: no process is left here
    interrupted = 9,  ///< number of the signal that the user or the system sent; 0: not known
    task_done = 10,   ///< TaskDoneMessage, in the order of the Order::task
};

/// Consecutive mini-batches and their descriptors.
class WorkMessage {
public:
    /// `bytes` is cleared; descriptors are then added in order of index.
    static void begin(std::string& bytes, std::uint64_t first_index, std::uint32_t attempt);
    static void add(std::string& bytes, std::string_view descriptor);

    /// Calls `each(index, attempt, descriptor)`; false if the bytes are damaged.
    template <typename Each>
    static bool read(std::string_view bytes, Each&& each);
};

struct ReadyMessage {
    std::uint32_t process = 0;  ///< its number on the node (process017: 17)
    schema::Columns columns;    ///< of the output, as it declared them; none: it is no table
};

/// Why something failed, and in which worker process of the node (process017: 17). Of a mini-batch
/// that succeeded with failed items: the first of them.
struct ErrorNote {
    std::uint32_t process = 0;
    std::string_view text;
};

/// Gathers outcomes, then is sent; `buffered_bytes` are finished rows that wait for an epoch.
class OutcomesMessage {
public:
    /// `note` counts where the outcome failed, and where it succeeded and the note has a text.
    void add(const scheduling::Outcome& outcome, const ErrorNote& note = {});
    [[nodiscard]] bool empty() const { return bytes_.empty(); }
    /// The encoded message; empties this one.
    std::string take(std::uint64_t buffered_bytes);

    struct Note {
        std::size_t outcome = 0;  ///< position in Content::outcomes
        ErrorNote error;          ///< a view into the bytes
    };
    struct Content {
        std::uint64_t buffered_bytes = 0;
        std::vector<scheduling::Outcome> outcomes;
        std::vector<Note> notes;  ///< in order; each failed outcome has one
    };
    /// Reuses the capacity of `content`; false if the bytes are damaged.
    static bool read(std::string_view bytes, Content& content);

private:
    std::string bytes_;
    std::uint64_t last_index_ = 0;
};

struct SealedMessage {
    std::uint64_t epoch = 0;
    std::uint64_t bytes = 0;
};
struct WriteMessage {
    std::uint64_t epoch = 0;
    std::uint64_t offset = 0;  ///< of this rank's block in the file
};
struct WrittenMessage {
    std::uint64_t epoch = 0;
    std::uint64_t checksum = 0;  ///< XXH3-64 of the block
    std::string error;           ///< empty: written and synced
};

struct TaskDoneMessage {
    std::string error;   ///< empty: `answer` is there
    std::string answer;  ///< a dataset::PlanAnswer, encoded
};

std::string encode(const ReadyMessage& message);
std::string encode(const ErrorNote& note);
std::string encode(const SealedMessage& message);
std::string encode(const WriteMessage& message);
std::string encode(const WrittenMessage& message);
std::string encode(const TaskDoneMessage& message);
std::string encode_number(std::uint64_t number);
bool decode(std::string_view bytes, ReadyMessage& message);
bool decode(std::string_view bytes, ErrorNote& note);  ///< a view into the bytes
bool decode(std::string_view bytes, SealedMessage& message);
bool decode(std::string_view bytes, WriteMessage& message);
bool decode(std::string_view bytes, WrittenMessage& message);
bool decode(std::string_view bytes, TaskDoneMessage& message);
bool decode_number(std::string_view bytes, std::uint64_t& number);

}  // namespace parallel_run::transport

#include "transport/messages.inl"
