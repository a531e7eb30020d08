// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <ostream>
#include <queue>
#include <variant>
#include <vector>

#include "scheduling/types.hpp"
#include "simulation/scenario.hpp"

namespace parallel_run::simulation {

using scheduling::Outcome;
using scheduling::WorkRange;

struct RecallOrder {
    std::uint64_t count;
};
struct RestartOrder {};
struct StopOrder {};
using Order = std::variant<WorkRange, RecallOrder, RestartOrder, StopOrder>;

struct Ready {};
struct Unavailable {};
struct InitFailed {};
struct Recalled {
    std::uint64_t returned;
};
struct Stopped {};
using Report =
    std::variant<std::vector<Outcome>, Ready, Unavailable, InitFailed, Recalled, Stopped>;

enum class EventKind : std::uint8_t {
    order_arrives,
    report_arrives,
    init_ends,
    run_ends,
    report_is_due,
    planner_goes_on,
    time_passes,
};

struct Event {
    Time at;
    std::uint64_t number;  ///< of equal times the one scheduled first comes first
    EventKind kind;
    WorkerId worker;
    std::uint32_t process;  ///< which of the worker's processes; it may be gone when this comes
};

/// The world without a mind: a clock, what will happen, messages on their way, and chance.
class Stage {
public:
    /// `log` is null, or gets one line for everything that happens.
    Stage(const Scenario& scenario, std::ostream* log);

    [[nodiscard]] Time now() const { return now_; }
    Random& random() { return random_; }
    [[nodiscard]] bool logs() const { return log_ != nullptr; }
    /// Begins a line of the log. Precondition: logs().
    std::ostream& log();

    void after(Time delay, EventKind kind, WorkerId worker = 0, std::uint32_t process = 0);
    /// Moves the clock to what happens next; nothing when nothing will.
    std::optional<Event> next();

    /// Messages of one direction between two parties keep their order.
    void send_order(WorkerId worker, Order order);
    void send_report(WorkerId worker, Report report);
    Order take_order(WorkerId worker);
    Report take_report(WorkerId worker);

private:
    template <typename Message>
    struct Channel {
        std::deque<Message> messages;
        Time last_arrival{0};
    };
    struct Later {
        bool operator()(const Event& a, const Event& b) const {
            return a.at != b.at ? a.at > b.at : a.number > b.number;
        }
    };

    template <typename Message>
    void send(Channel<Message>& channel, Message message, EventKind arrival, WorkerId worker);

    const Scenario& scenario_;
    Random random_;
    std::ostream* log_;
    Time now_{0};
    std::uint64_t scheduled_ = 0;
    std::priority_queue<Event, std::vector<Event>, Later> events_;
    std::vector<Channel<Order>> orders_;
    std::vector<Channel<Report>> reports_;
};

}  // namespace parallel_run::simulation
