// SPDX-License-Identifier: Apache-2.0
// Workload columns by hand: TPC-H queries 1 and 6 in whole hundredths, so that every sum is exact
// and may be taken in any order. Usage: columns summary|revenue file|memory INPUT OUTPUT
//
// `memory` is only charged for the query over narrow columns; `file` reads the CSV and fills blocks
// of such columns on the way.
#include "tests/bench/peers/handwritten/line_chunks.h"
#include "tests/bench/peers/handwritten/peer_clock.h"
#include "tests/bench/peers/handwritten/row_output.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <immintrin.h>
#include <optional>
#include <string_view>
#include <vector>

namespace fuseboard::peers {

namespace {

constexpr std::size_t kColumns = 12;
constexpr std::size_t kGroups = 6; // three flags, two statuses
constexpr std::size_t kBlock = 1024;

/// A date as year * 512 + month * 32 + day - kFirstDate: ordered like the text, in 16 bits.
constexpr unsigned kFirstDate = 1990 * 512;
constexpr std::uint16_t dateOf(unsigned year, unsigned month, unsigned day) {
    return static_cast<std::uint16_t>(year * 512 + month * 32 + day - kFirstDate);
}

struct Columns {
    std::vector<std::int32_t> price; ///< hundredths, as discount and tax
    std::vector<std::uint8_t> quantity, discount, tax, group;
    std::vector<std::uint16_t> date;

    void resize(std::size_t rows) {
        price.resize(rows);
        date.resize(rows);
        for (auto* column : {&quantity, &discount, &tax, &group})
            column->resize(rows);
    }
    [[nodiscard]] std::size_t size() const { return price.size(); }
};

struct GroupSums {
    std::int64_t quantity = 0, price = 0, discounted = 0, charge = 0, discount = 0, count = 0;
};

/// Query 1 over a block of at most kBlock rows. One pass a group over columns that stay in the
/// cache needs no scatter, and every sum is a plain loop over a mask.
void addSummary(const Columns& columns, std::size_t from, std::size_t rows,
                std::array<GroupSums, kGroups>& sums) {
    constexpr std::uint16_t kLast = dateOf(1998, 9, 2);
    alignas(64) std::array<std::int32_t, kBlock> code, discounted;
    alignas(64) std::array<std::int64_t, kBlock> charge;
    const std::int32_t* const price = columns.price.data() + from;
    const std::uint8_t* const quantity = columns.quantity.data() + from;
    const std::uint8_t* const discount = columns.discount.data() + from;
    const std::uint8_t* const tax = columns.tax.data() + from;
    const std::uint8_t* const group = columns.group.data() + from;
    const std::uint16_t* const date = columns.date.data() + from;
    for (std::size_t i = 0; i < rows; ++i) {
        code[i] = date[i] <= kLast ? group[i] : static_cast<int>(kGroups);
        discounted[i] = price[i] * (100 - discount[i]);
        charge[i] = std::int64_t{discounted[i]} * (100 + tax[i]);
    }
    for (std::size_t g = 0; g < kGroups; ++g) {
        std::int64_t prices = 0, discounteds = 0, charges = 0;
        std::int32_t quantities = 0, discounts = 0, count = 0;
        for (std::size_t i = 0; i < rows; ++i) {
            const std::int32_t mask = code[i] == static_cast<int>(g) ? -1 : 0;
            count -= mask;
            quantities += quantity[i] & mask;
            discounts += discount[i] & mask;
            prices += price[i] & mask;
            discounteds += discounted[i] & mask;
            charges += charge[i] & std::int64_t{mask};
        }
        sums[g].quantity += quantities;
        sums[g].price += prices;
        sums[g].discounted += discounteds;
        sums[g].charge += charges;
        sums[g].discount += discounts;
        sums[g].count += count;
    }
}

/// Query 6 over a block: ten-thousandths.
std::int64_t revenueOf(const Columns& columns, std::size_t from, std::size_t rows) {
    constexpr std::uint16_t kFrom = dateOf(1994, 1, 1);
    constexpr std::uint16_t kBefore = dateOf(1995, 1, 1);
    const std::int32_t* const price = columns.price.data() + from;
    const std::uint8_t* const quantity = columns.quantity.data() + from;
    const std::uint8_t* const discount = columns.discount.data() + from;
    const std::uint16_t* const date = columns.date.data() + from;
    std::int64_t sum = 0;
    for (std::size_t i = 0; i < rows; ++i) {
        const bool wanted = (date[i] >= kFrom) & (date[i] < kBefore) & (discount[i] >= 5) &
                            (discount[i] <= 7) & (quantity[i] < 24);
        sum += wanted ? price[i] * discount[i] : 0;
    }
    return sum;
}

/// Where the commas and newlines of a text stand.
class Separators {
public:
    std::size_t find(std::string_view text) {
        m_at.resize(text.size() + 64);
        std::uint32_t* out = m_at.data();
        for (std::size_t i = 0; i < text.size(); i += 64) {
            // Up to 64 bytes behind the text may be read, but do not count.
            std::uint64_t bits = maskOf(text.data() + i);
            if (text.size() - i < 64)
                bits &= (1ULL << (text.size() - i)) - 1;
            for (; bits != 0; bits &= bits - 1)
                *out++ = static_cast<std::uint32_t>(i) +
                         static_cast<std::uint32_t>(__builtin_ctzll(bits));
        }
        return static_cast<std::size_t>(out - m_at.data());
    }
    [[nodiscard]] const std::uint32_t* data() const { return m_at.data(); }

private:
#ifdef __AVX2__
    static std::uint64_t maskOf(const char* text) {
        const auto half = [](const char* from) {
            const __m256i bytes = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from));
            const __m256i found = _mm256_or_si256(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8(',')),
                                                  _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('\n')));
            return static_cast<std::uint32_t>(_mm256_movemask_epi8(found));
        };
        return half(text) | std::uint64_t{half(text + 32)} << 32U;
    }
#else
    static std::uint64_t maskOf(const char* text) {
        std::uint64_t bits = 0;
        for (unsigned i = 0; i < 64; ++i)
            bits |= std::uint64_t{text[i] == ',' || text[i] == '\n'} << i;
        return bits;
    }
#endif
    std::vector<std::uint32_t> m_at;
};

std::int32_t wholeOf(const char* at, const char* end) {
    std::int32_t number = 0;
    for (; at < end; ++at)
        number = number * 10 + (*at - '0');
    return number;
}

/// "59101.35", always with two decimals.
std::int32_t hundredthsOf(const char* at, const char* end) {
    return wholeOf(at, end - 3) * 100 + (end[-2] - '0') * 10 + (end[-1] - '0');
}

std::uint16_t dateAt(const char* text) {
    const auto two = [](const char* at) {
        return static_cast<unsigned>((at[0] - '0') * 10 + (at[1] - '0'));
    };
    return dateOf(two(text) * 100 + two(text + 2), two(text + 5), two(text + 8));
}

std::uint8_t groupOf(char flag, char status) {
    const int first = flag == 'A' ? 0 : flag == 'N' ? 2 : 4;
    return static_cast<std::uint8_t>(first + (status == 'F' ? 0 : 1));
}

/// Takes rows apart and hands them on in blocks.
class Reader {
public:
    explicit Reader(LineChunks& chunks) : m_chunks(chunks) {}

    /// False if a line does not have its columns. `full` is called with a block and its rows.
    template <class Full> bool read(const Full& full) {
        Columns block;
        block.resize(kBlock);
        std::size_t rows = 0;
        bool heading = true;
        for (std::string_view lines = m_chunks.next(); !lines.empty(); lines = m_chunks.next()) {
            if (heading)
                lines.remove_prefix(lines.find('\n') + 1);
            heading = false;
            const std::size_t count = m_separators.find(lines);
            if (count % kColumns != 0)
                return false;
            for (std::size_t i = 0; i < count; i += kColumns) {
                const std::uint32_t* const ends = m_separators.data() + i;
                if (lines[ends[kColumns - 1]] != '\n')
                    return false;
                addRow(lines.data(), ends, block, rows);
                if (++rows == kBlock) {
                    full(block, rows);
                    rows = 0;
                }
            }
        }
        full(block, rows);
        return true;
    }

private:
    static void addRow(const char* text, const std::uint32_t* ends, Columns& to, std::size_t row) {
        const auto begin = [&](std::size_t column) { return text + ends[column - 1] + 1; };
        const auto end = [&](std::size_t column) { return text + ends[column]; };
        to.quantity[row] = static_cast<std::uint8_t>(wholeOf(begin(4), end(4)));
        to.price[row] = hundredthsOf(begin(5), end(5));
        to.discount[row] = static_cast<std::uint8_t>(hundredthsOf(begin(6), end(6)));
        to.tax[row] = static_cast<std::uint8_t>(hundredthsOf(begin(7), end(7)));
        to.group[row] = groupOf(*begin(8), *begin(9));
        to.date[row] = dateAt(begin(10));
    }

    LineChunks& m_chunks;
    Separators m_separators;
};

/// One of the two queries, block by block.
class Query {
public:
    explicit Query(bool summary) : m_isSummary(summary) {}
    void add(const Columns& columns, std::size_t from, std::size_t rows) {
        if (m_isSummary)
            addSummary(columns, from, rows, m_sums);
        else
            m_revenue += revenueOf(columns, from, rows);
    }
    std::uint64_t write(RowOutput& out) const {
        if (!m_isSummary) {
            out.add(R"({"revenue":)");
            out.add(static_cast<double>(m_revenue) / 1e4);
            out.add("}\n");
            return 1;
        }
        std::uint64_t rows = 0;
        for (std::size_t g = 0; g < kGroups; ++g)
            if (m_sums[g].count > 0) {
                writeGroup(out, g);
                ++rows;
            }
        return rows;
    }

private:
    void writeGroup(RowOutput& out, std::size_t g) const {
        static constexpr std::string_view kFlags[] = {"A", "N", "R"};
        static constexpr std::string_view kStatuses[] = {"F", "O"};
        const GroupSums& sums = m_sums[g];
        const auto count = static_cast<double>(sums.count);
        const auto add = [&](std::string_view name, double value) {
            out.add(name);
            out.add(value);
        };
        out.add(R"({"l_returnflag":")");
        out.add(kFlags[g / 2]);
        out.add(R"(","l_linestatus":")");
        out.add(kStatuses[g % 2]);
        add(R"(","sum_qty":)", static_cast<double>(sums.quantity));
        add(R"(,"sum_base_price":)", static_cast<double>(sums.price) / 1e2);
        add(R"(,"sum_disc_price":)", static_cast<double>(sums.discounted) / 1e4);
        add(R"(,"sum_charge":)", static_cast<double>(sums.charge) / 1e6);
        add(R"(,"avg_qty":)", static_cast<double>(sums.quantity) / count);
        add(R"(,"avg_price":)", static_cast<double>(sums.price) / 1e2 / count);
        add(R"(,"avg_disc":)", static_cast<double>(sums.discount) / 1e2 / count);
        out.add(R"(,"count_order":)");
        out.add(static_cast<std::uint64_t>(sums.count));
        out.add("}\n");
    }

    bool m_isSummary;
    std::array<GroupSums, kGroups> m_sums;
    std::int64_t m_revenue = 0;
};

void append(Columns& to, const Columns& block, std::size_t rows) {
    const auto add = [rows](auto& column, const auto& more) {
        column.insert(column.end(), more.begin(), more.begin() + static_cast<std::ptrdiff_t>(rows));
    };
    add(to.price, block.price);
    add(to.quantity, block.quantity);
    add(to.discount, block.discount);
    add(to.tax, block.tax);
    add(to.group, block.group);
    add(to.date, block.date);
}

bool fromFile(LineChunks& chunks, Query& query) {
    return Reader(chunks).read(
        [&](const Columns& block, std::size_t rows) { query.add(block, 0, rows); });
}

void fromMemory(const Columns& columns, Query& query) {
    for (std::size_t from = 0; from < columns.size(); from += kBlock)
        query.add(columns, from, std::min(kBlock, columns.size() - from));
}

} // namespace

} // namespace fuseboard::peers

int main(int argc, char** argv) {
    using namespace fuseboard::peers;
    std::optional<PeerClock> clock(std::in_place);
    if (argc != 5)
        return EXIT_FAILURE;
    Query query(std::string_view(argv[1]) == "summary");
    LineChunks chunks(argv[3]);
    RowOutput out(argv[4]);
    if (std::string_view(argv[2]) == "memory") {
        Columns columns;
        if (!Reader(chunks).read(
                [&](const Columns& block, std::size_t rows) { append(columns, block, rows); }))
            return EXIT_FAILURE;
        clock.emplace();
        fromMemory(columns, query);
    } else if (!fromFile(chunks, query)) {
        return EXIT_FAILURE;
    }
    const std::uint64_t rows = query.write(out);
    out.flush();
    if (!out.good())
        return EXIT_FAILURE;
    clock->report(rows);
    return EXIT_SUCCESS;
}
