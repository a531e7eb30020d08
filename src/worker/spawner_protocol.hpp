// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace parallel_run::worker {

// What goes over the socket between a rank and its spawner: packets that begin with one of these.

constexpr char kSpawn = 'S';  ///< an encoded SpawnRequest and two descriptors
constexpr char kEnd = 'E';
constexpr char kKill = 'K';

/// The longest packet; an environment and arguments of ordinary size fit many times.
constexpr std::size_t kMaxPacket = 192 * 1024;

}  // namespace parallel_run::worker
