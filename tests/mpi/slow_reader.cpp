// SPDX-License-Identifier: Apache-2.0
// Stands in for the worker program: reads the input of each mini-batch's first attempt for ever,
// and succeeds at any other without a row. Has a column; mini-batch 13 gives half a row of it.
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <string>
#include <string_view>

#include "base/codec.hpp"
#include "ring/messages.hpp"
#include "ring/segment.hpp"
#include "ring/waiting.hpp"
#include "schema/columns.hpp"

namespace {

using namespace parallel_run::ring;

void say(const Segment& segment, Producer& events, Event event, std::string_view said) {
    events.try_push(static_cast<std::uint16_t>(event), false, said, {});
    wake_agent(segment.header(), kAgentWakeFd);
}

[[noreturn]] void read_for_ever(SegmentHeader& header) {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    header.phase = Phase::reading;
    header.phase_began_ns = static_cast<std::uint64_t>(now.count());
    while (true) ::pause();
}

void init(const Segment& segment, Producer& events) {
    std::string columns;
    parallel_run::base::Encoder out(columns);
    parallel_run::schema::encode({{"label", PARALLEL_RUN_INT32, 0, {}}}, out);
    say(segment, events, Event::columns, columns);
    say(segment, events, Event::init_done, {});
}

void give_half_a_row(const Segment& segment, Producer& events, const MiniBatchHead& head) {
    const OutcomeHead ended{head.index, 1, 0, 1, head.attempt, 1, 10, 0};
    events.try_push(static_cast<std::uint16_t>(Event::outcome), false,
                    {reinterpret_cast<const char*>(&ended), sizeof ended}, "half a row");
    wake_agent(segment.header(), kAgentWakeFd);
}

void take(const Segment& segment, Producer& events, const Record& command) {
    if (static_cast<Command>(command.kind) != Command::mini_batch) return init(segment, events);
    MiniBatchHead head{};
    std::memcpy(&head, command.payload.data(), sizeof head);
    if (head.index == 13) return give_half_a_row(segment, events, head);
    if (head.attempt == 1) read_for_ever(segment.header());
    const OutcomeHead ended{head.index, 0, 0, 1, head.attempt, 1, 0, 0};
    say(segment, events, Event::outcome, {reinterpret_cast<const char*>(&ended), sizeof ended});
}

}  // namespace

int main() {
    const auto opened = Segment::open(parallel_run::base::UniqueFd(kSegmentFd));
    if (!opened) return 2;
    const auto& segment = opened.value();
    auto commands = segment.command_consumer();
    auto events = segment.event_producer();
    while (true) {
        Record record;
        if (commands.peek(record) != Consumer::Status::record) {
            wait_in_process(segment.header(), std::chrono::seconds(1),
                            [&] { return !commands.empty(); });
        } else {
            if (commands.claim(record)) take(segment, events, record);
            commands.release();
        }
    }
}
