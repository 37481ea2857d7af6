// SPDX-License-Identifier: Apache-2.0
// Hashes that mean the same on every machine and in every build: plan, pipeline, input and output
// hashes are stored and compared across runs. XXH3 (Collet), 64 and 128 bits.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace fuseboard {

[[nodiscard]] std::uint64_t stableHash64(std::string_view bytes, std::uint64_t seed = 0);
/// 32 lower-case hexadecimal digits of the 128-bit hash.
[[nodiscard]] std::string stableHashText(std::string_view bytes);

/// Hashes a stream of bytes piece by piece; the result does not depend on how it was cut.
class StableHasher {
public:
    StableHasher();
    ~StableHasher();
    StableHasher(StableHasher&&) noexcept;
    StableHasher& operator=(StableHasher&&) noexcept;
    StableHasher(const StableHasher&) = delete;
    StableHasher& operator=(const StableHasher&) = delete;

    void update(std::string_view bytes);
    [[nodiscard]] std::string text() const; ///< as stableHashText of all bytes so far

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace fuseboard
