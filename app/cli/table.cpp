// SPDX-License-Identifier: Apache-2.0
#include "app/cli/table.h"

#include <algorithm>
#include <ctime>
#include <fmt/format.h>

namespace fuseboard {

namespace {

std::size_t widthOf(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(
        text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

} // namespace

std::string printTable(const std::vector<std::vector<std::string>>& rows,
                       const std::vector<std::size_t>& right) {
    std::vector<std::size_t> widths;
    for (const auto& row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], widthOf(row[i]));
    }
    std::string out;
    for (const auto& row : rows) {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i) {
            const std::string pad(widths[i] - widthOf(row[i]), ' ');
            const bool isRight = std::ranges::find(right, i) != right.end();
            line += (i == 0 ? "" : "  ") + (isRight ? pad + row[i] : row[i] + pad);
        }
        line.erase(line.find_last_not_of(' ') + 1);
        out += line + "\n";
    }
    return out;
}

std::string countText(std::uint64_t count) {
    std::string text = fmt::to_string(count);
    for (std::size_t at = text.size(); at > 3;) {
        at -= 3;
        text.insert(at, ",");
    }
    return text;
}

std::string secondsText(double seconds) {
    if (seconds >= 1)
        return fmt::format("{:.2f} s", seconds);
    return seconds >= 1e-3 ? fmt::format("{:.1f} ms", seconds * 1e3)
                           : fmt::format("{:.0f} µs", seconds * 1e6);
}

std::string bytesText(std::uint64_t bytes) {
    constexpr std::uint64_t kKi = 1024;
    const auto value = static_cast<double>(bytes);
    if (bytes < kKi)
        return fmt::format("{} B", bytes);
    if (bytes < kKi * kKi)
        return fmt::format("{:.1f} KiB", value / kKi);
    if (bytes < kKi * kKi * kKi)
        return fmt::format("{:.1f} MiB", value / (kKi * kKi));
    return fmt::format("{:.2f} GiB", value / (kKi * kKi * kKi));
}

std::string timeText(std::uint64_t wallNs) {
    const auto seconds = static_cast<std::time_t>(wallNs / 1'000'000'000);
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    return fmt::format("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", parts.tm_year + 1900,
                       parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
}

std::string plural(std::uint64_t count, std::string_view noun) {
    return fmt::format("{} {}{}", countText(count), noun, count == 1 ? "" : "s");
}

std::string joined(const std::vector<std::string>& texts) {
    std::string out;
    for (const std::string& text : texts)
        out += (out.empty() ? "" : ", ") + text;
    return out;
}

} // namespace fuseboard
