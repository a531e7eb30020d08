// SPDX-License-Identifier: Apache-2.0
// Uses all of the public interface; the tests compile it by each compiler and standard. It includes
// nothing else, so the headers must stand alone.
#include <parallel_run/arrow.hpp>
#include <parallel_run/entry_script.hpp>

namespace pr = parallel_run;

namespace {

std::vector<std::string> labels;

void init() {
    auto& script = pr::EntryScript::instance();
    script.declare_columns({pr::column<float>("score", {2}), pr::text_column("label", 8)});
    labels.push_back(script.side_input("labels").string());
    labels.push_back(script.argument("--label", "none"));
    script.logger().debug("plain");
    script.logger().info("{} of {} arguments", labels.size(), script.arguments().size());
    script.logger().warning(std::string("GPU ") + std::to_string(script.gpu_index()));
    script.logger().error("{}: {}", script.agent_name(), script.log_dir().string());
    script.log_metric("labels", static_cast<double>(labels.size()));
}

double sum_of_numbers(const pr::Table& table) {
    const auto pixels = table.values<float>("pixels");
    double sum = pixels.row(0)[0] + pixels[0];
    for (const auto value : pixels) sum += static_cast<double>(value);
    for (const auto row : table)
        sum += row.number<int>(0) + row.find_number<double>("x").value_or(0);
    return sum + static_cast<double>(table.dimensions(0).size() * pixels.row_size());
}

void append_row(const pr::Table& table, std::size_t row, pr::Rows& rows) {
    const auto id = table.column("id");
    try {
        rows.append_fields(table[row][id], table.text(row, std::string("x")), 1, 0.5F, labels);
    } catch (const pr::FieldError& error) {
        rows.fail(row, error.what() + table.place(row, id));
    }
    if (table.has(row, 1)) rows.append("{} {}", table.record(row), table.row_position(row));
    if (const auto number = table.row_number(row)) rows.append("{}", *number);
}

pr::Rows rows_of(const pr::Table& table) {
    pr::Rows rows;
    rows.append("{}, {}: {}", table.file().string(), table.position(), sum_of_numbers(table));
    for (const auto name : table.column_names()) rows.append(name);
    for (std::size_t i = 0; i < table.column_count(); ++i) {
        if (table.type(i) == PARALLEL_RUN_TEXT) rows.append(table.column_name(i));
    }
    for (std::size_t row = 0; row < table.row_count(); ++row) append_row(table, row, rows);
    ArrowSchema schema{};
    ArrowArray array{};
    pr::export_table(table, &schema, &array);
    schema.release(&schema);
    array.release(&array);
    return rows;
}

pr::Rows run(const pr::MiniBatch& mini_batch) {
    if (mini_batch.has_table()) return rows_of(mini_batch.table());
    pr::Rows rows;
    const auto files = mini_batch.files();
    const std::vector<std::filesystem::path> paths(files.begin(), files.end());
    for (const auto& path : files) rows.append("{}: {:.3f}", path.filename().string(), 0.5);
    if (rows.size() != paths.size()) rows.fail(files.size() - 1, "no row");
    rows.append(mini_batch.input_name());
    rows.append_record(std::vector<float>{0.5F, 0.25F}, labels.front());
    rows.append_record_of(3, std::vector<float>(2), "none");
    rows.append("{} {} {}", mini_batch.index(), mini_batch.attempt(), mini_batch.partition_key());
    for (const auto& [name, value] : mini_batch.partition_values()) {
        if (mini_batch.partition_value(name) == value) rows.append(value);
    }
    return rows;
}

void shutdown() { labels.clear(); }

}  // namespace

PARALLEL_RUN_ENTRY_SCRIPT(init, run, shutdown)
