// SPDX-License-Identifier: Apache-2.0
#include "engine/operators/group_key.h"

namespace fuseboard::group_key {

std::uint64_t hashNested(const Value& key) {
    if (key.isArray())
        return hashKeys(key);
    // A sum, because the order of fields does not count.
    std::uint64_t hash = begin(key.size());
    for (const Field& field : key.fields())
        hash += add(hashText(field.key.data(), field.key.size()), hashKey(field.value));
    return hash;
}

bool sameNested(const Value& a, const Value& b) {
    if (a.isArray())
        return sameKeys(a, b);
    if (!a.isRecord())
        return strictlyEqual(a, b);
    const std::span<const Field> left = a.fields(), right = b.fields();
    for (std::size_t i = 0; i < left.size(); ++i) {
        const Field& field = left[i];
        // Records of one source nearly always have their fields in one order.
        const bool aligned = field.key.size() == right[i].key.size() &&
                             sameText(field.key.data(), right[i].key.data(), field.key.size());
        const Value* other = aligned ? &right[i].value : b.find(field.key);
        if (other == nullptr || !sameKey(field.value, *other))
            return false;
    }
    return true;
}

} // namespace fuseboard::group_key
