// SPDX-License-Identifier: Apache-2.0
// Workload logs by hand: lines are taken apart from both ends, the time is only read when its text
// changes, and sizes are counted in the buckets of a histogram of two digits. Usage: logs INPUT
// OUTPUT
#include "tests/bench/peers/handwritten/line_chunks.h"
#include "tests/bench/peers/handwritten/peer_clock.h"
#include "tests/bench/peers/handwritten/row_output.h"

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace fuseboard::peers {

namespace {

constexpr std::uint64_t kSlotSeconds = 10;
constexpr std::size_t kStatuses = 600;

/// Values below 256 have buckets of their own, every further power of two is cut into 128.
struct Histogram {
    std::array<std::uint32_t, 128 * 58> counts{};
    std::uint64_t total = 0;

    void add(std::uint64_t value) {
        const auto width = static_cast<unsigned>(std::bit_width(value));
        const unsigned shift = value < 256 ? 0 : width - 8;
        ++counts[shift * 128 + (value >> shift)];
        ++total;
    }
    [[nodiscard]] std::uint64_t percentile(double share) const {
        const auto wanted =
            static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(total)));
        std::uint64_t seen = 0;
        for (std::size_t bucket = 0; bucket < counts.size(); ++bucket) {
            seen += counts[bucket];
            if (seen >= std::max<std::uint64_t>(wanted, 1))
                return highest(bucket);
        }
        return 0;
    }
    static std::uint64_t highest(std::size_t bucket) {
        const std::size_t shift = bucket < 256 ? 0 : bucket / 128 - 1;
        return ((bucket - shift * 128 + 1) << shift) - 1;
    }
};

/// One status in ten seconds after the other; lines come in the order of their time.
class Answers {
public:
    explicit Answers(RowOutput& out) : m_out(out), m_histograms(kStatuses) {}
    void add(std::uint64_t slot, std::size_t status, std::uint64_t bytes) {
        if (slot != m_slot) {
            write();
            m_slot = slot;
        }
        if (m_histograms[status].total == 0)
            m_seen.push_back(status);
        m_histograms[status].add(bytes);
    }
    void write() {
        for (const std::size_t status : m_seen) {
            m_out.beginRow();
            m_out.add(R"({"at":)");
            m_out.add(m_slot * 1'000'000'000);
            m_out.add(R"(,"status":)");
            m_out.add(std::uint64_t{status});
            m_out.add(R"(,"answers":)");
            m_out.add(m_histograms[status].total);
            m_out.add(R"(,"p99":)");
            m_out.add(m_histograms[status].percentile(0.99));
            m_out.add("}\n");
            m_histograms[status] = {};
            ++m_rows;
        }
        m_seen.clear();
    }
    [[nodiscard]] std::uint64_t rows() const { return m_rows; }

private:
    RowOutput& m_out;
    std::vector<Histogram> m_histograms;
    std::vector<std::size_t> m_seen;
    std::uint64_t m_slot = 0;
    std::uint64_t m_rows = 0;
};

unsigned digits(const char* at) {
    return static_cast<unsigned>(at[0] - '0') * 10 + static_cast<unsigned>(at[1] - '0');
}

/// "14/Nov/2023:22:13:20" to seconds since 1970.
std::uint64_t secondOf(const char* text) {
    static constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
    using namespace std::chrono;
    const auto month = static_cast<unsigned>(kMonths.find(std::string_view(text + 3, 3)) / 3 + 1);
    const int year = static_cast<int>(digits(text + 7) * 100 + digits(text + 9));
    const sys_days date = std::chrono::year(year) / std::chrono::month(month) / day(digits(text));
    const auto days = static_cast<std::uint64_t>(date.time_since_epoch().count());
    return days * 86'400 + digits(text + 12) * 3600 + digits(text + 15) * 60 + digits(text + 18);
}

class SlotOfTime {
public:
    std::uint64_t operator()(const char* text) {
        if (std::memcmp(text, m_text, sizeof m_text) != 0) {
            std::memcpy(m_text, text, sizeof m_text);
            const std::uint64_t second = secondOf(text);
            m_slot = second - second % kSlotSeconds;
        }
        return m_slot;
    }

private:
    char m_text[20] = {};
    std::uint64_t m_slot = 0;
};

const char* find(const char* from, const char* end, char wanted) {
    return static_cast<const char*>(
        std::memchr(from, wanted, static_cast<std::size_t>(end - from)));
}

/// CLIENT - USER [TIME] "METHOD PATH PROTOCOL" STATUS BYTES "REFERRER" "AGENT"
bool addLine(const char* at, const char* end, SlotOfTime& slotOf, Answers& answers) {
    constexpr std::ptrdiff_t kTime = 26; // what stands between the brackets
    const char* const time = find(at, end, '[');
    if (time == nullptr || end - time < kTime + 8 || time[kTime + 1] != ']')
        return false;
    const char* const request = time + kTime + 4;
    if (std::memcmp(request, "GET ", 4) != 0)
        return true;
    const char* const closing = find(request, end, '"');
    if (closing == nullptr || end - closing < 8)
        return false;
    std::size_t status = 0;
    const char* digit = closing + 2;
    for (; *digit != ' '; ++digit)
        status = status * 10 + static_cast<std::size_t>(*digit - '0');
    std::uint64_t bytes = 0;
    for (++digit; digit < end && *digit != ' '; ++digit)
        bytes = bytes * 10 + static_cast<std::uint64_t>(*digit - '0');
    if (status >= kStatuses)
        return false;
    if (bytes > 0)
        answers.add(slotOf(time + 1), status, bytes);
    return true;
}

bool perform(LineChunks& chunks, Answers& answers) {
    SlotOfTime slotOf;
    for (std::string_view lines = chunks.next(); !lines.empty(); lines = chunks.next()) {
        const char* at = lines.data();
        const char* const end = at + lines.size();
        while (at < end) {
            const char* const newline = find(at, end, '\n');
            if (!addLine(at, newline, slotOf, answers))
                return false;
            at = newline + 1;
        }
    }
    answers.write();
    return true;
}

} // namespace

} // namespace fuseboard::peers

int main(int argc, char** argv) {
    using namespace fuseboard::peers;
    const PeerClock clock;
    if (argc != 3)
        return EXIT_FAILURE;
    LineChunks chunks(argv[1]);
    RowOutput out(argv[2]);
    Answers answers(out);
    if (!chunks.good() || !perform(chunks, answers))
        return EXIT_FAILURE;
    out.flush();
    if (!out.good())
        return EXIT_FAILURE;
    clock.report(answers.rows());
    return EXIT_SUCCESS;
}
