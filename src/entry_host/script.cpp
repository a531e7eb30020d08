// SPDX-License-Identifier: Apache-2.0
#include "entry_host/script.hpp"

#include <cstring>
#include <mutex>

#include "entry_host/loader.hpp"

namespace parallel_run::entry_host {
namespace {

std::vector<const char*> pointers(const std::vector<std::string>& texts) {
    std::vector<const char*> result;
    for (const auto& text : texts) result.push_back(text.c_str());
    return result;
}

std::string_view view(const char* text, std::uint64_t size) {
    return {text, static_cast<std::size_t>(size)};
}

}  // namespace

/// Everything that the script holds pointers to, so it never moves.
class Script::State {
public:
    explicit State(const EntryPoints& entry_points) : entry_points_(entry_points) {
        rows_.size = sizeof rows_;
        rows_.self = this;
        rows_.append = [](void* self, const char* row, std::uint64_t size) {
            return static_cast<State*>(self)->append(view(row, size));
        };
        rows_.fail = [](void* self, std::uint64_t item, const char* reason, std::uint64_t size) {
            return static_cast<State*>(self)->fail(item, view(reason, size));
        };
        rows_.append_record = [](void* self, std::uint64_t item, const void* values,
                                 std::uint64_t size) {
            return static_cast<State*>(self)->append_record(
                item, view(static_cast<const char*>(values), size));
        };
    }

    std::optional<ScriptError> init(const Surroundings& surroundings, Listener& listener) {
        surroundings_ = surroundings;
        listener_ = &listener;
        fill_engine();
        declaration_.open(surroundings_.row_form);
        auto error = outcome(entry_points_.init(&engine_), "parallel_run_init");
        const auto fault = declaration_.close();
        if (!error && !fault.empty()) error = ScriptError{"", fault, {}};
        record_bytes_ = schema::record_bytes(declaration_.columns());
        return error;
    }

    RunOutcome run(const parallel_run_mini_batch& mini_batch) {
        items_ = mini_batch.table == nullptr ? mini_batch.file_count : mini_batch.table->row_count;
        index_ = mini_batch.index;
        next_item_ = 0;
        appended_ = 0;
        refusal_.clear();
        const auto status = entry_points_.run(&mini_batch, &rows_);
        RunOutcome result;
        result.rows = appended_;
        auto error = outcome(status, "parallel_run_run");
        if (!error && !refusal_.empty()) error = ScriptError{"", refusal_, {}};
        result.succeeded = !error;
        if (error) result.error = std::move(*error);
        return result;
    }

    std::optional<ScriptError> shutdown() {
        if (entry_points_.shutdown == nullptr) return std::nullopt;
        return outcome(entry_points_.shutdown(), "parallel_run_shutdown");
    }

    [[nodiscard]] const schema::Columns& columns() const { return declaration_.columns(); }

private:
    void fill_engine() {
        arguments_ = pointers(surroundings_.arguments);
        side_input_names_.clear();
        side_input_paths_.clear();
        for (const auto& [name, path] : surroundings_.side_inputs) {
            side_input_names_.push_back(name.c_str());
            side_input_paths_.push_back(path.c_str());
        }
        engine_.abi_version = PARALLEL_RUN_ABI_VERSION;
        engine_.size = sizeof engine_;
        engine_.self = this;
        engine_.output_dir = surroundings_.output_dir.c_str();
        engine_.log_dir = surroundings_.log_dir.c_str();
        engine_.working_dir = surroundings_.working_dir.c_str();
        engine_.agent_name = surroundings_.agent_name.c_str();
        engine_.worker_index = surroundings_.worker_index;
        engine_.gpu_index = surroundings_.gpu_index;
        engine_.field_delimiter = surroundings_.field_delimiter;
        engine_.argument_count = arguments_.size();
        engine_.arguments = arguments_.data();
        engine_.side_input_count = side_input_names_.size();
        engine_.side_input_names = side_input_names_.data();
        engine_.side_input_paths = side_input_paths_.data();
        engine_.log = [](void* self, std::int32_t level, const char* text, std::uint64_t size) {
            static_cast<State*>(self)->listener_->log(level, view(text, size));
        };
        engine_.log_metric = [](void* self, const char* name, double value) {
            static_cast<State*>(self)->listener_->metric(name, value);
        };
        engine_.set_error = [](void* self, const char* type, const char* message) {
            static_cast<State*>(self)->set_error(type, message);
        };
        engine_.declare_columns = [](void* self, const parallel_run_output_column* const* columns,
                                     std::uint64_t count) {
            return static_cast<State*>(self)->declaration_.declare(columns, count);
        };
    }

    std::int32_t append(std::string_view row) {
        if (surroundings_.row_form == RowForm::record) {
            return refuse("is text, and the output is a table: append_record() takes its rows");
        }
        if (std::memchr(row.data(), '\n', row.size()) != nullptr) {
            return refuse("has a line break, and a row is one line of the output");
        }
        ++appended_;
        listener_->row(row);
        return 0;
    }

    std::int32_t append_record(std::uint64_t item, std::string_view values) {
        if (surroundings_.row_form == RowForm::text) {
            return refuse(
                "is a record, and the output is text: give the step an append_row_file_name that "
                "ends in .h5 or .hdf5");
        }
        if (values.size() != record_bytes_) {
            return refuse("is a record of " + std::to_string(values.size()) +
                          " bytes, and the declared columns take " + std::to_string(record_bytes_));
        }
        if (item == PARALLEL_RUN_NEXT_ITEM) item = next_item_;
        next_item_ = item + 1;
        ++appended_;
        listener_->record(index_, item, values);
        return 0;
    }

    /// Only the first counts.
    std::int32_t refuse(const std::string& why) {
        if (refusal_.empty()) {
            refusal_ = "row " + std::to_string(appended_ + 1) + " of the mini-batch " + why;
        }
        return 1;
    }

    std::int32_t fail(std::uint64_t item, std::string_view reason) {
        if (item >= items_) return 1;
        next_item_ = item + 1;
        listener_->failed_item(item, reason);
        return 0;
    }

    void set_error(const char* type, const char* message) {
        auto stack = listener_->stack_of_error();
        const std::lock_guard lock(error_mutex_);
        error_ = {type == nullptr ? "" : type, message == nullptr ? "" : message, std::move(stack)};
    }

    /// The error behind a status other than 0. One that was set by a call that then succeeded does
    /// not outlive it.
    std::optional<ScriptError> outcome(std::int32_t status, const char* function) {
        std::optional<ScriptError> error;
        {
            const std::lock_guard lock(error_mutex_);
            error.swap(error_);
        }
        if (status == 0) return std::nullopt;
        if (error) return error;
        return ScriptError{"",
                           std::string(function) + " returned " + std::to_string(status) +
                               " and gave no reason (parallel_run_engine.set_error)",
                           {}};
    }

    EntryPoints entry_points_;
    Surroundings surroundings_;
    Listener* listener_ = nullptr;
    std::vector<const char*> arguments_;
    std::vector<const char*> side_input_names_;
    std::vector<const char*> side_input_paths_;
    parallel_run_engine engine_{};
    parallel_run_rows rows_{};
    Declaration declaration_;
    std::uint64_t record_bytes_ = 0;

    std::uint64_t index_ = 0;      // of the current mini-batch
    std::uint64_t items_ = 0;      // that it has
    std::uint64_t next_item_ = 0;  // after the last with a record or a failure
    std::uint64_t appended_ = 0;   // its rows so far
    std::string refusal_;          // of its first row that was refused; empty: none was

    std::mutex error_mutex_;  // set_error may come from any thread
    std::optional<ScriptError> error_;
};

base::Result<Script> Script::load(const std::string& path) {
    const auto entry_points = load_entry_points(path);
    if (!entry_points) return base::Failure{entry_points.error()};
    return Script(std::make_unique<State>(entry_points.value()));
}

Script::Script(std::unique_ptr<State> state) : state_(std::move(state)) {}
Script::Script(Script&&) noexcept = default;
Script& Script::operator=(Script&&) noexcept = default;
Script::~Script() = default;

std::optional<ScriptError> Script::init(const Surroundings& surroundings, Listener& listener) {
    return state_->init(surroundings, listener);
}

RunOutcome Script::run(const parallel_run_mini_batch& mini_batch) {
    return state_->run(mini_batch);
}

const schema::Columns& Script::columns() const { return state_->columns(); }

std::optional<ScriptError> Script::shutdown() { return state_->shutdown(); }

}  // namespace parallel_run::entry_host
