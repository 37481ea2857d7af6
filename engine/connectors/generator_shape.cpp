// SPDX-License-Identifier: Apache-2.0
#include "engine/connectors/generator_shape.h"

#include <algorithm>

namespace fuseboard {

namespace {

// Logarithm and exponential from basic arithmetic only: libm may differ in the last bit between
// machines, and one other key would change every byte that follows.
double naturalLog(double x) {
    constexpr double kLn2 = 0.6931471805599453;
    double halvings = 0;
    for (; x > 1.5; x /= 2)
        ++halvings;
    const double t = (x - 1) / (x + 1);
    double power = t;
    double sum = 0;
    for (int k = 1; k < 40; k += 2, power *= t * t)
        sum += power / k;
    return halvings * kLn2 + 2 * sum;
}

double exponential(double x) {
    int doublings = 0;
    for (; x < -0.5 || x > 0.5; x /= 2)
        ++doublings;
    double term = 1;
    double sum = 1;
    for (int k = 1; k < 20; ++k) {
        term *= x / k;
        sum += term;
    }
    for (; doublings > 0; --doublings)
        sum *= sum;
    return sum;
}

constexpr double kOne = 9007199254740992.0; // 2^53

} // namespace

std::uint64_t GeneratorRandom::next() {
    m_state += 0x9E3779B97F4A7C15ULL;
    std::uint64_t z = m_state;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    return z ^ (z >> 31);
}

std::uint64_t GeneratorRandom::below(std::uint64_t bound) {
    __extension__ using Wide = unsigned __int128;
    return static_cast<std::uint64_t>((static_cast<Wide>(next()) * bound) >> 64);
}

bool GeneratorRandom::chance(double probability) {
    // The draw happens in any case, so that the probability does not shift later draws.
    const std::uint64_t drawn = next() >> 11;
    return static_cast<double>(drawn) < probability * kOne;
}

KeyPicker::KeyPicker(std::uint64_t keys, double skew) : m_keys(keys) {
    if (skew <= 0 || keys < 2)
        return;
    std::vector<double> sums;
    sums.reserve(keys);
    double sum = 0;
    for (std::uint64_t k = 1; k <= keys; ++k) {
        sum += exponential(-skew * naturalLog(static_cast<double>(k)));
        sums.push_back(sum);
    }
    m_thresholds.reserve(keys);
    for (const double upTo : sums)
        m_thresholds.push_back(static_cast<std::uint64_t>(upTo / sum * kOne));
}

std::uint64_t KeyPicker::pick(GeneratorRandom& random) const {
    if (m_thresholds.empty())
        return random.below(m_keys);
    const std::uint64_t drawn = random.next() >> 11;
    const auto found = std::ranges::upper_bound(m_thresholds, drawn);
    return std::min(static_cast<std::uint64_t>(found - m_thresholds.begin()), m_keys - 1);
}

void RowMaker::open(std::string_view key) {
    m_open.push_back({key, m_fields.size()});
}

void RowMaker::close() {
    const Open opened = m_open.back();
    m_open.pop_back();
    const Value record = makeRecord(m_arena, std::span(m_fields).subspan(opened.first));
    m_fields.resize(opened.first);
    m_fields.push_back({opened.key, record});
}

void RowMaker::leaf(std::string_view key, Value value) {
    const std::size_t ordinal = m_leaf++;
    if (ordinal == m_drop)
        return;
    if (ordinal == m_change)
        value = value.isString() ? Value::u64(value.size()) : Value::string("n/a");
    m_fields.push_back({key, value});
}

Value RowMaker::finish() {
    return makeRecord(m_arena, m_fields);
}

// Days to calendar date: Howard Hinnant, "chrono-compatible low-level date algorithms".
CivilTime civilTime(std::uint64_t timeMs) {
    const std::uint64_t days = timeMs / 86'400'000;
    const auto ofDay = static_cast<unsigned>(timeMs % 86'400'000);
    const std::uint64_t shifted = days + 719'468;
    const std::uint64_t era = shifted / 146'097;
    const auto dayOfEra = static_cast<unsigned>(shifted % 146'097);
    const unsigned yearOfEra =
        (dayOfEra - dayOfEra / 1460 + dayOfEra / 36'524 - dayOfEra / 146'096) / 365;
    const unsigned dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    const unsigned shiftedMonth = (5 * dayOfYear + 2) / 153;
    CivilTime time{};
    time.day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1;
    time.month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
    time.year = static_cast<std::int64_t>(yearOfEra + era * 400) + (time.month <= 2 ? 1 : 0);
    time.hour = ofDay / 3'600'000;
    time.minute = ofDay / 60'000 % 60;
    time.second = ofDay / 1000 % 60;
    time.millisecond = ofDay % 1000;
    return time;
}

} // namespace fuseboard
