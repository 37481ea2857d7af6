// SPDX-License-Identifier: Apache-2.0
// std::random: numbers from the event's ingest time, so that a replay draws the same ones; within
// one event every call starts afresh. Generator: xoshiro256++ (Blackman, Vigna), seeded by
// SplitMix64.
#include "engine/script/functions/builtin_functions.h"
#include "engine/script/functions/native.h"
#include "engine/script/value_ops.h"

#include <array>
#include <bit>
#include <limits>

namespace fuseboard {

namespace {

using namespace native;

__extension__ using Wide = unsigned __int128;

class Generator {
public:
    explicit Generator(std::uint64_t seed) {
        for (std::uint64_t& word : m_state) {
            seed += 0x9E3779B97F4A7C15ULL;
            std::uint64_t z = seed;
            z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
            z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
            word = z ^ (z >> 31U);
        }
    }
    std::uint64_t next() {
        const std::uint64_t made = std::rotl(m_state[0] + m_state[3], 23) + m_state[0];
        const std::uint64_t shifted = m_state[1] << 17U;
        m_state[2] ^= m_state[0];
        m_state[3] ^= m_state[1];
        m_state[1] ^= m_state[2];
        m_state[0] ^= m_state[3];
        m_state[2] ^= shifted;
        m_state[3] = std::rotl(m_state[3], 45);
        return made;
    }
    /// Below `range`, without bias (Lemire's multiplication with rejection).
    std::uint64_t below(std::uint64_t range) {
        const std::uint64_t zone = (range << static_cast<unsigned>(std::countl_zero(range))) - 1;
        for (;;) {
            const Wide product = static_cast<Wide>(next()) * range;
            if (static_cast<std::uint64_t>(product) <= zone)
                return static_cast<std::uint64_t>(product >> 64U);
        }
    }
    /// In [0, 1).
    double unit() { return static_cast<double>(next() >> 11U) * 0x1.0p-53; }
    /// In [low, high).
    double between(double low, double high) {
        const double scale = high - low;
        for (;;) {
            const double oneToTwo = std::bit_cast<double>((next() >> 12U) | 0x3FF0000000000000ULL);
            const double drawn = (oneToTwo - 1.0) * scale + low;
            if (drawn < high)
                return drawn;
        }
    }

private:
    std::array<std::uint64_t, 4> m_state{};
};

bool randomBool(Arguments, FunctionContext& c, Value& r) {
    return give(r, Value::boolean((Generator(c.ingestNs).next() >> 63U) != 0));
}
bool randomString(Arguments a, FunctionContext& c, Value& r) {
    constexpr std::string_view kLetters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    constexpr std::uint64_t kMaxLength = 1U << 20U;
    std::uint64_t length = 0;
    if (!unsignedAt(a, 0, c, length))
        return false;
    if (length > kMaxLength)
        return failed(c, ErrorCode::LimitExceeded, "a random text of {} is longer than {}", length,
                      kMaxLength);
    Generator generator(c.ingestNs);
    char* text = c.arena.allocateArray<char>(length);
    for (std::uint64_t i = 0; i < length;) {
        const std::uint64_t drawn = generator.next() >> 58U;
        if (drawn < kLetters.size())
            text[i++] = kLetters[drawn];
    }
    return give(r, Value::string({text, length}));
}
bool randomInteger(Arguments a, FunctionContext& c, Value& r) {
    Generator generator(c.ingestNs);
    if (a.empty())
        return give(r, Value::i64(static_cast<std::int64_t>(generator.next())));
    for (std::size_t i = 0; i < a.size(); ++i)
        if (!a[i].isInteger())
            return wrongArgument(c, i, "an integer", a[i]);
    const Value low = a.size() == 2 ? a[0] : Value::u64(0);
    const Value& high = a.back();
    if (compareTotal(low, high) >= 0)
        return failed(c, ErrorCode::InvalidArgument, "the lower bound {} is not below {}",
                      showValue(low), showValue(high));
    const std::uint64_t drawn = low.asU64() + generator.below(high.asU64() - low.asU64());
    return give(r, high.kind() == Kind::I64 || low.kind() == Kind::I64
                       ? Value::i64(static_cast<std::int64_t>(drawn))
                       : Value::u64(drawn));
}
bool randomFloat(Arguments a, FunctionContext& c, Value& r) {
    Generator generator(c.ingestNs);
    if (a.empty())
        return give(r, Value::f64(generator.unit()));
    double low = 0, high = 0;
    if (a.size() == 2 && !numberAt(a, 0, c, low))
        return false;
    if (!numberAt(a, a.size() - 1, c, high))
        return false;
    if (!(low < high) || high - low > std::numeric_limits<double>::max())
        return failed(c, ErrorCode::InvalidArgument, "the lower bound {} is not below {}", low,
                      high);
    return give(r, Value::f64(generator.between(low, high)));
}

constexpr FunctionSpec kFunctions[] = {
    {.name = "std::random::bool",
     .signature = "() -> bool",
     .summary = "True or false, drawn from the event's time.",
     .example = "std::type::is_bool(std::random::bool())",
     .purity = Purity::EventTime,
     .mayRaise = false,
     .resultKinds = kBool,
     .costNs = 10,
     .body = randomBool},
    {.name = "std::random::string",
     .signature = "(length: integer) -> string",
     .summary = "That many random ASCII letters and digits.",
     .example = "std::string::len(std::random::string(8)) == 8",
     .minArguments = 1,
     .maxArguments = 1,
     .purity = Purity::EventTime,
     .resultKinds = kString,
     .costNs = 40,
     .body = randomString},
    {.name = "std::random::integer",
     .signature = "(low: integer, high: integer) -> integer",
     .summary = "An integer from low (else 0) up to, but not including, high; any without bounds.",
     .example = "std::random::integer(3, 4) == 3",
     .minArguments = 0,
     .maxArguments = 2,
     .purity = Purity::EventTime,
     .resultKinds = kInteger,
     .costNs = 12,
     .body = randomInteger},
    {.name = "std::random::float",
     .signature = "(low: number, high: number) -> float",
     .summary = "A float from low (else 0) up to, but not including, high (else 1).",
     .example = "std::random::float(1.0, 2.0) < 2.0",
     .minArguments = 0,
     .maxArguments = 2,
     .purity = Purity::EventTime,
     .resultKinds = kFloat,
     .costNs = 12,
     .body = randomFloat},
};

} // namespace

std::span<const FunctionSpec> stdRandomFunctions() {
    return kFunctions;
}

} // namespace fuseboard
