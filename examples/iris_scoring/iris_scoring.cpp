// SPDX-License-Identifier: Apache-2.0
// Names the variety of each iris from its four measures (naive Bayes), and adds it to the row.
#include "varieties.hpp"

#include <cmath>
#include <limits>

#include <parallel_run/entry_script.hpp>

namespace pr = parallel_run;

namespace {

std::vector<Variety> varieties;

void init() {
    const auto& script = pr::EntryScript::instance();
    varieties = read_varieties(script.side_input("model"));
    script.logger().info("{} varieties", varieties.size());
}

/// Up to what all varieties have in common.
double log_likelihood(const Variety& variety, const Measures& flower) {
    double sum = 0;
    for (std::size_t i = 0; i < flower.size(); ++i) {
        const auto distance = (flower[i] - variety.mean[i]) / variety.deviation[i];
        sum -= distance * distance / 2 + std::log(variety.deviation[i]);
    }
    return sum;
}

const Variety& likeliest(const Measures& flower) {
    const Variety* best = nullptr;
    auto best_score = -std::numeric_limits<double>::infinity();
    for (const auto& variety : varieties) {
        const auto score = log_likelihood(variety, flower);
        if (best == nullptr || score > best_score) {
            best = &variety;
            best_score = score;
        }
    }
    return *best;
}

pr::Rows run(const pr::MiniBatch& mini_batch) {
    const auto table = mini_batch.table();
    std::array<std::size_t, kMeasures.size()> columns{};
    for (std::size_t i = 0; i < columns.size(); ++i) columns[i] = table.column(kMeasures[i]);
    const auto variety = table.column("variety");
    pr::Rows rows;
    for (const auto row : table) {
        try {
            Measures flower{};
            for (std::size_t i = 0; i < columns.size(); ++i) {
                flower[i] = row.number<double>(columns[i]);
            }
            rows.append_fields(flower[0], flower[1], flower[2], flower[3], row[variety],
                               likeliest(flower).name);
        } catch (const pr::FieldError& error) {
            rows.fail(row.index(), error.what());
        }
    }
    return rows;
}

}  // namespace

PARALLEL_RUN_ENTRY_SCRIPT(init, run)
