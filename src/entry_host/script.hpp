// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <parallel_run/entry_script.h>

#include "base/result.hpp"
#include "entry_host/declaration.hpp"

namespace parallel_run::entry_host {

/// What a script may ask about where it runs (see parallel_run_engine).
struct Surroundings {
    std::string output_dir;
    std::string log_dir;
    std::string working_dir;
    std::string agent_name;
    std::int32_t worker_index = 0;
    std::int32_t gpu_index = -1;
    char field_delimiter = 0;
    RowForm row_form = RowForm::text;
    std::vector<std::string> arguments;
    std::vector<std::pair<std::string, std::string>> side_inputs;  ///< name, path
};

/// Where what a script says goes: the ring to the agent in a worker process, the terminal in `try`.
/// `log` and `metric` may come from any thread of the script; the others only from run().
class Listener {
public:
    virtual ~Listener() = default;
    virtual void log(std::int32_t level, std::string_view text) = 0;
    virtual void metric(std::string_view name, double value) = 0;
    /// A row without line breaks, without its line end.
    virtual void row(std::string_view row) = 0;
    /// A row of a table: the values of the declared columns, packed.
    virtual void record(std::uint64_t mini_batch, std::uint64_t item, std::string_view values) = 0;
    virtual void failed_item(std::uint64_t item, std::string_view reason) = 0;
    /// The script said why it will fail, on the thread that calls this: the stack to remember, as
    /// addresses, innermost first. Any thread.
    virtual std::vector<std::uint64_t> stack_of_error() { return {}; }
};

struct ScriptError {
    std::string type;  ///< of the exception; empty when the script gave none
    std::string message;
    std::vector<std::uint64_t> stack;  ///< as the listener gave it
};

/// What one call of run() came to.
struct RunOutcome {
    bool succeeded = false;
    std::uint64_t rows = 0;  ///< appended, also by an attempt that failed later
    ScriptError error;       ///< when it did not succeed
};

/// A loaded entry script. Not thread-safe: one thread calls init, run and shutdown.
class Script {
public:
    /// Loads a shared object and checks its entry points and version; runs its static initialisers.
    /// The failure says what is wrong and what to do, with the loader's words.
    static base::Result<Script> load(const std::string& path);

    Script(Script&&) noexcept;
    Script& operator=(Script&&) noexcept;
    ~Script();  ///< does not unload: the script's threads and static objects may still be in use

    /// Calls the script's init. `listener` is used until shutdown returned. Nothing: success.
    std::optional<ScriptError> init(const Surroundings& surroundings, Listener& listener);

    /// Calls the script's run. Precondition: init succeeded. The mini-batch's `files` are
    /// zero-ended.
    RunOutcome run(const parallel_run_mini_batch& mini_batch);

    /// Of its output, after init: as it declared them; none where it did not.
    [[nodiscard]] const schema::Columns& columns() const;

    /// Calls the script's shutdown if it has one. Nothing: success.
    std::optional<ScriptError> shutdown();

private:
    class State;
    explicit Script(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace parallel_run::entry_host
