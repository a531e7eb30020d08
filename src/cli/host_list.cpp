// SPDX-License-Identifier: Apache-2.0
#include "cli/host_list.hpp"

#include <algorithm>
#include <sstream>

namespace parallel_run::cli {

namespace {

bool contains(const std::vector<std::string>& hosts, const std::string& host) {
    return std::find(hosts.begin(), hosts.end(), host) != hosts.end();
}

void add(std::vector<std::string>& hosts, const std::string& host) {
    if (!contains(hosts, host)) hosts.push_back(host);
}

/// "node1" of "user@node1 slots=2  # the fast one"; "" where a line names none.
std::string host_of(const std::string& line) {
    std::istringstream words(line.substr(0, line.find('#')));
    std::string word;
    words >> word;
    return word.substr(word.find('@') + 1);
}

bool is_down(const std::string& state) {
    return state.starts_with("down") || state.starts_with("fail") || state.ends_with('*');
}

}  // namespace

std::vector<std::string> hosts_in(const std::string& hostfile) {
    std::vector<std::string> hosts;
    std::istringstream lines(hostfile);
    for (std::string line; std::getline(lines, line);) {
        const auto host = host_of(line);
        if (!host.empty()) add(hosts, host);
    }
    return hosts;
}

std::string without_hosts(const std::string& hostfile, const std::vector<std::string>& lost) {
    std::string rest;
    std::istringstream lines(hostfile);
    for (std::string line; std::getline(lines, line);) {
        if (!contains(lost, host_of(line))) rest += line + "\n";
    }
    return rest;
}

SlurmNodes read_slurm_nodes(const std::string& sinfo) {
    SlurmNodes nodes;
    std::istringstream words(sinfo);
    for (std::string name, state; words >> name >> state;) {
        add(is_down(state) ? nodes.down : nodes.up, name);
    }
    return nodes;
}

std::string comma_list(const std::vector<std::string>& hosts) {
    std::string text;
    for (const auto& host : hosts) text += (text.empty() ? "" : ",") + host;
    return text;
}

std::string short_list(const std::vector<std::string>& hosts) {
    constexpr std::size_t kShown = 10;
    const auto shown = std::min(hosts.size(), kShown);
    std::string text;
    for (std::size_t i = 0; i < shown; ++i) text += (i == 0 ? "" : ", ") + hosts[i];
    if (hosts.size() > shown) text += " and " + std::to_string(hosts.size() - shown) + " more";
    return text;
}

}  // namespace parallel_run::cli
