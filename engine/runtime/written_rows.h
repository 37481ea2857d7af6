// SPDX-License-Identifier: Apache-2.0
// What a sink writes for one event. Private to the runtime.
#pragma once

#include "engine/value/value.h"

namespace fuseboard {

/// Calls `write(row)` for the row, or for each row of a batch, batches inside batches too.
template <class Write> void forWrittenRows(const Value& data, bool isBatch, const Write& write) {
    if (!isBatch || !data.isArray()) {
        write(data);
        return;
    }
    for (const Value& wrapper : data.items()) {
        const Value* inner = wrapper.isRecord() ? wrapper.find("data") : nullptr;
        const Value* value = inner != nullptr && inner->isRecord() ? inner->find("value") : nullptr;
        if (value == nullptr)
            continue;
        const Value* nested = inner->find("is_batch");
        forWrittenRows(*value, nested != nullptr && nested->isBool() && nested->asBool(), write);
    }
}

} // namespace fuseboard
