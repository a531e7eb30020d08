// SPDX-License-Identifier: Apache-2.0
// Stands in for the worker program: reads the input of each mini-batch's first attempt for ever,
// and succeeds at any other without a row.
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <string_view>

#include "ring/messages.hpp"
#include "ring/segment.hpp"
#include "ring/waiting.hpp"

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

void take(const Segment& segment, Producer& events, const Record& command) {
    if (static_cast<Command>(command.kind) != Command::mini_batch) {
        return say(segment, events, Event::init_done, {});
    }
    MiniBatchHead head{};
    std::memcpy(&head, command.payload.data(), sizeof head);
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
