// SPDX-License-Identifier: Apache-2.0
#include "orchestrator/ending.hpp"

namespace parallel_run::orchestrator {

void Ending::interrupt(int signal, Time now, Time patience) {
    if (signal_) return;
    signal_ = signal;
    patience_ends_ = now + patience;
}

Ending::Step Ending::begin_stopping(bool at_once) {
    phase_ = Phase::stopping;
    killed_ = at_once;
    return at_once ? Step::kill : Step::stop;
}

Ending::Step Ending::next(const Facts& facts, Time now) {
    const bool impatient = signal_ && now > patience_ends_;
    const bool can_write = facts.writable && !facts.busy;
    switch (phase_) {
        case Phase::running:
            if (facts.failed || facts.resolved) return begin_stopping(facts.failed);
            if (signal_) {
                phase_ = Phase::draining;
                return Step::drain;
            }
            return can_write && facts.epoch_due ? Step::epoch : Step::none;
        case Phase::draining:
            if (facts.failed || impatient) return begin_stopping(true);
            if (facts.resolved || facts.held == 0) return begin_stopping(false);
            // At once, for we may not live to the end of what runs.
            return can_write && facts.anything_open ? Step::epoch : Step::none;
        case Phase::stopping:
            if (impatient && !killed_) return begin_stopping(true);
            if (!facts.all_stopped || facts.busy) return Step::none;
            phase_ = Phase::flushing;
            [[fallthrough]];
        case Phase::flushing:
            if (facts.busy) return Step::none;
            if (!facts.writable && facts.may_become_writable && signal_ && !impatient) {
                return Step::none;
            }
            if (!facts.writable || (last_epoch_called_ && !facts.anything_open)) {
                phase_ = Phase::done;
                return Step::none;
            }
            last_epoch_called_ = true;
            return Step::epoch;
        case Phase::done: return Step::none;
    }
    return Step::none;
}

}  // namespace parallel_run::orchestrator
