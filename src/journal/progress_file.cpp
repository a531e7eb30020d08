// SPDX-License-Identifier: Apache-2.0
#include "journal/progress_file.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <type_traits>

#include "base/hasher.hpp"
#include "journal/writer.hpp"

namespace parallel_run::journal {

namespace {

using std::chrono::milliseconds;

constexpr std::string_view kTitle = "parallel-run progress 1\n";
constexpr std::array kStates = {"running", "completed", "failed", "stopped"};
constexpr milliseconds kLongest = std::chrono::hours(1'000'000);  // fits in nanoseconds

/// What the file has a line for: calls take(key, member) for each. Writer and reader share it.
template <typename Some, typename Take>
void for_each_field(Some& progress, Take&& take) {
    take("state", progress.state);
    take("step", progress.step);
    take("began", progress.began);
    take("updated", progress.updated);
    take("elapsed_ms", progress.elapsed);
    take("planned", progress.planned);
    take("planning_done", progress.planning_done);
    take("processed", progress.counts.processed);
    take("failed", progress.counts.failed);
    take("items_succeeded", progress.counts.items_succeeded);
    take("items_failed", progress.counts.items_failed);
    take("rows", progress.counts.rows);
    take("surplus_rows", progress.counts.surplus_rows);
    take("retries", progress.counts.retries);
    take("done_before", progress.done_before);
    take("workers", progress.workers);
    take("mini_batches_per_second", progress.mini_batches_per_second);
    take("items_per_second", progress.items_per_second);
    take("left_ms", progress.left);
    take("reason", progress.reason);
    take("first_error", progress.first_error);
    take("logs", progress.logs);
}

std::string check_line(std::string_view text) {
    base::Hasher hasher;
    hasher.add(text);
    return "check " + base::to_text(hasher.digest()) + "\n";
}

class Lines {
public:
    void operator()(const std::string& key, const std::string& value) {
        text_ += key + " ";
        for (const char c : value) {
            if (c == '\\' || c == '\n') text_ += '\\';
            text_ += c == '\n' ? 'n' : c;
        }
        text_ += '\n';
    }
    template <typename T>
    std::enable_if_t<std::is_arithmetic_v<T>> operator()(const std::string& key, T value) {
        std::array<char, 32> digits{};
        const auto end = std::to_chars(digits.begin(), digits.end(), value).ptr;
        (*this)(key, std::string(digits.begin(), end));
    }
    void operator()(const std::string& key, bool value) {
        (*this)(key, std::string(value ? "1" : "0"));
    }
    void operator()(const std::string& key, milliseconds value) { (*this)(key, value.count()); }
    void operator()(const std::string& key, RunState value) {
        (*this)(key, std::string(name_of(value)));
    }
    void operator()(const std::string& key, const Progress::Error& error) {
        (*this)(key, error.text);
        (*this)(key + "_place", error.place);
        (*this)(key + "_file", error.file);
    }
    template <typename T>
    void operator()(const std::string& key, const std::optional<T>& value) {
        if (value) (*this)(key, *value);
    }

    [[nodiscard]] const std::string& text() const { return text_; }

private:
    std::string text_{kTitle};
};

/// A key without a line leaves what is there.
class Parser {
public:
    explicit Parser(std::string_view lines) {
        while (!lines.empty()) {
            const auto line = lines.substr(0, lines.find('\n'));
            lines.remove_prefix(line.size() + 1);
            const auto blank = std::min(line.find(' '), line.size());
            values_[line.substr(0, blank)] = line.substr(std::min(blank + 1, line.size()));
        }
    }

    void operator()(const std::string& key, std::string& value) const {
        const auto found = values_.find(key);
        if (found == values_.end()) return;
        value.clear();
        bool escaped = false;
        for (const char c : found->second) {
            if (!escaped && c == '\\') {
                escaped = true;
                continue;
            }
            value += escaped && c == 'n' ? '\n' : c;
            escaped = false;
        }
    }
    template <typename T>
    std::enable_if_t<std::is_arithmetic_v<T>> operator()(const std::string& key, T& value) {
        const auto found = values_.find(key);
        if (found == values_.end()) return;
        const auto* const end = found->second.data() + found->second.size();
        const auto [stop, error] = std::from_chars(found->second.data(), end, value);
        ok_ = ok_ && error == std::errc() && stop == end;
    }
    void operator()(const std::string& key, bool& value) {
        std::uint8_t number = value ? 1 : 0;
        (*this)(key, number);
        value = number != 0;
    }
    void operator()(const std::string& key, milliseconds& value) {
        auto count = value.count();
        (*this)(key, count);
        value = milliseconds(count);
        ok_ = ok_ && value >= milliseconds(0) && value <= kLongest;
    }
    void operator()(const std::string& key, RunState& value) {
        const auto found = values_.find(key);
        const auto* const name =
            std::find(kStates.begin(), kStates.end(), found == values_.end() ? "" : found->second);
        ok_ = ok_ && name != kStates.end();
        value = static_cast<RunState>(name - kStates.begin());
    }
    void operator()(const std::string& key, Progress::Error& error) const {
        (*this)(key, error.text);
        (*this)(key + "_place", error.place);
        (*this)(key + "_file", error.file);
    }
    template <typename T>
    void operator()(const std::string& key, std::optional<T>& value) {
        if (values_.contains(key)) (*this)(key, value.emplace());
    }

    [[nodiscard]] bool ok() const { return ok_; }

private:
    std::map<std::string_view, std::string_view, std::less<>> values_;
    bool ok_ = true;
};

}  // namespace

const char* name_of(RunState state) { return kStates.at(static_cast<std::size_t>(state)); }

std::string to_text(const Progress& progress) {
    Lines lines;
    for_each_field(progress, lines);
    return lines.text() + check_line(lines.text());
}

std::optional<Progress> progress_from_text(std::string_view text) {
    const auto check_size = check_line("").size();
    if (!text.starts_with(kTitle) || text.size() < kTitle.size() + check_size) return std::nullopt;
    const auto covered = text.substr(0, text.size() - check_size);
    if (text.substr(covered.size()) != check_line(covered)) return std::nullopt;

    Progress progress;
    Parser parser(covered.substr(kTitle.size()));
    for_each_field(progress, parser);
    return parser.ok() ? std::optional(progress) : std::nullopt;
}

std::string progress_path(const std::string& output) {
    return state_directory(output) + "/progress";
}

}  // namespace parallel_run::journal
