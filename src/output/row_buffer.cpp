// SPDX-License-Identifier: Apache-2.0
#include "output/row_buffer.hpp"

namespace parallel_run::output {

void RowBuffer::discard() {
    bytes_.truncate(finished_);
    error_.clear();
}

void RowBuffer::seal(Spool& out) {
    bytes_.split(finished_, out);  // the rows of the mini-batch in progress stay here
    std::swap(bytes_, out);
    finished_ = 0;
}

}  // namespace parallel_run::output
