// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/unique_fd.hpp"
#include "ring/messages.hpp"
#include "ring/segment.hpp"
#include "scheduling/types.hpp"
#include "schema/columns.hpp"

namespace parallel_run::worker {

/// The agent's end of the shared memory of one worker process, and the books of what it was given.
/// Everything read from the memory is checked: a script may have overwritten it.
class WorkerProcess {
public:
    WorkerProcess();

    [[nodiscard]] int segment_fd() const { return segment_.fd(); }
    /// poll() readable when the process wants to be looked at.
    [[nodiscard]] int wake_fd() const { return wake_.get(); }
    [[nodiscard]] ring::SegmentHeader& header() const { return segment_.header(); }
    /// After the process is gone.
    [[nodiscard]] ring::LastWordsCopy last_words() const { return copy(segment_.last_words()); }

    void give_setup(const ring::Setup& setup);
    /// A mini-batch that is tried again is alone in the ring: what a script does to the memory
    /// there shall not cost others an attempt, nor the others it.
    void give(std::uint64_t index, std::uint32_t attempt, std::string_view descriptor);
    void give_shutdown();
    /// Writes what waits into the ring as far as there is room, and wakes the process.
    void pump();

    struct Assigned {
        std::uint64_t index;
        std::uint32_t attempt;
        std::optional<std::uint64_t> position;  ///< in the ring; nothing: cannot be revoked
    };

    /// Takes back up to `count` mini-batches that are not started, the last ones first.
    std::vector<Assigned> take_back(std::uint64_t count);
    /// After the process is gone: the one that it was running, if any, and the others.
    struct Remains {
        std::optional<Assigned> started;
        std::vector<Assigned> not_started;  ///< the last first
    };
    Remains remains();

    /// Of the table that the process works on or worked on last; 0: not known.
    [[nodiscard]] std::uint64_t items_in_progress() const;

    /// Mini-batches given and not ended.
    [[nodiscard]] std::uint64_t held() const { return in_ring_.size() + waiting_.size(); }

    /// The next one waits for the end of the one in the ring.
    [[nodiscard]] bool holds_back() const { return in_ring_.size() == 1 && !waiting_.empty(); }

    /// What the process said, with views into the ring that are valid until the next call.
    struct InitDone {
        std::string_view error;
    };
    struct Rows {
        std::string_view rows;
    };
    struct Ended {
        ring::OutcomeHead head;
        std::string_view rows;
        std::string_view error;  ///< where it succeeded: of its first failed item, if any
    };
    struct Error {
        ring::ErrorReport report;
    };
    /// Before InitDone.
    struct Declared {
        schema::Columns columns;
    };
    struct Modules {
        std::string_view lines;
    };
    struct Nothing {};
    struct Damaged {};
    using Said = std::variant<Nothing, InitDone, Rows, Ended, Error, Declared, Modules, Damaged>;
    Said listen();
    /// Lets the process go on if it waited for room in its ring.
    void end_listening();
    [[nodiscard]] bool silent() const { return events_.empty(); }

private:
    struct Message {
        ring::Command kind;
        std::string bytes;
        std::uint64_t index = 0;
        std::uint32_t attempt = 0;
        std::size_t written = 0;
    };

    void send(Message message);
    bool write(Message& message);
    [[nodiscard]] bool may_follow(std::uint32_t attempt) const;  ///< what is in the ring
    Said understand(const ring::Record& record);
    static Said understand_columns(std::string_view payload);
    Said understand_outcome(std::string_view payload);

    ring::Segment segment_;
    base::UniqueFd wake_;
    ring::Producer commands_;
    ring::Consumer events_;
    bool listening_ = false;        ///< a record is out and not released
    std::deque<Assigned> in_ring_;  ///< oldest first
    std::deque<Message> waiting_;   ///< not (wholly) in the ring yet
};

}  // namespace parallel_run::worker
