// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Does not compile alone: <string> is missing. The test of the header_alone test needs it.
std::string name();
