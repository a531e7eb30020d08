// SPDX-License-Identifier: Apache-2.0
#include "output/row_buffer.hpp"

#include <utility>

namespace parallel_run::output {

void RowBuffer::seal(std::string& out) {
    out.assign(bytes_, finished_);  // the rows of the mini-batch in progress stay here
    bytes_.resize(finished_);
    std::swap(bytes_, out);
    finished_ = 0;
}

}  // namespace parallel_run::output
