// SPDX-License-Identifier: Apache-2.0
#include "engine/base/stable_hash.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <fmt/format.h>

namespace fuseboard {

namespace {

std::string hex(XXH128_hash_t hash) {
    return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

} // namespace

struct StableHasher::State {
    XXH3_state_t xxh;
};

std::uint64_t stableHash64(std::string_view bytes, std::uint64_t seed) {
    return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

std::string stableHashText(std::string_view bytes) {
    return hex(XXH3_128bits(bytes.data(), bytes.size()));
}

StableHasher::StableHasher() : m_state(std::make_unique<State>()) {
    XXH3_128bits_reset(&m_state->xxh);
}
StableHasher::~StableHasher() = default;
StableHasher::StableHasher(StableHasher&&) noexcept = default;
StableHasher& StableHasher::operator=(StableHasher&&) noexcept = default;

void StableHasher::update(std::string_view bytes) {
    XXH3_128bits_update(&m_state->xxh, bytes.data(), bytes.size());
}

std::string StableHasher::text() const {
    return hex(XXH3_128bits_digest(&m_state->xxh));
}

} // namespace fuseboard
