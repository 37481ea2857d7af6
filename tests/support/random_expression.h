// SPDX-License-Identifier: Apache-2.0
// Random expressions over random rows, made so that both are often as a compiler guesses them and
// often not: for tests that compare ways of evaluating.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace fuseboard {

/// A number from 0 to below n, n > 0: from a generator of random numbers or from a fuzzer's bytes.
using Choose = std::function<std::uint32_t(std::uint32_t n)>;

class RandomExpression {
public:
    explicit RandomExpression(Choose choose) : m_choose(std::move(choose)) {}

    // Mostly of this kind; parts that read the row may be of any. Operators nest up to `depth`.
    [[nodiscard]] std::string number(int depth);
    [[nodiscard]] std::string text(int depth);
    [[nodiscard]] std::string boolean(int depth);
    [[nodiscard]] std::string any(int depth);
    /// A record literal with the keys that rows have, so that selects can follow each other.
    [[nodiscard]] std::string record(int depth);

private:
    std::uint32_t below(std::uint32_t n) { return m_choose(n); }
    bool chance(std::uint32_t n) { return below(n) == 0; }
    template <std::size_t N> const char* pick(const char* const (&all)[N]) {
        return all[below(static_cast<std::uint32_t>(N))];
    }
    [[nodiscard]] std::string path();
    [[nodiscard]] std::string cases(std::string (RandomExpression::*body)(int), int depth);

    Choose m_choose;
};

/// NDJSON with the fields x, y, z (numbers), s, u (texts), b, r.a, r.b.c and l: most as named, in
/// most rows; now and then missing, of another kind, at the edges of their range, written with
/// escapes, in another order or twice, and lines that are no JSON.
[[nodiscard]] std::string randomRows(const Choose& choose, std::uint32_t count);

} // namespace fuseboard
