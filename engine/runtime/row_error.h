// SPDX-License-Identifier: Apache-2.0
// What failed in a row, and the multiset of failures by which two plans are compared.
#pragma once

#include "engine/base/error.h"
#include "engine/base/stable_hash.h"
#include "engine/runtime/row_key.h"

#include <cstdint>
#include <string>
#include <vector>

namespace fuseboard {

struct RowError {
    std::uint64_t sequence = 0;
    std::uint64_t unit = kEventUnit;
    RowPath path;       ///< of the row at the failing node; inline or in memory of the run
    std::string origin; ///< id of the naive node
    ErrorCode code = ErrorCode::WrongType;
    std::string message;
    Place place;          ///< of the expression, if one failed
    bool compared = true; ///< counts for `identical` (docs: semantics of identical)
};

/// Order-free digest of a multiset of (sequence, origin, code).
struct ErrorDigest {
    std::uint64_t count = 0;
    std::uint64_t sumLow = 0, sumHigh = 0;
    void add(const RowError& error) {
        std::string text(reinterpret_cast<const char*>(&error.sequence), sizeof error.sequence);
        text += static_cast<char>(error.code);
        text += error.origin;
        ++count;
        sumLow += stableHash64(text, 1);
        sumHigh += stableHash64(text, 2);
    }
    bool operator==(const ErrorDigest&) const = default;
};

} // namespace fuseboard
