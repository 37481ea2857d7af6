// SPDX-License-Identifier: Apache-2.0
#include "engine/script/time_text.h"

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <iterator>
#include <optional>

namespace fuseboard {

namespace {

constexpr std::array<std::string_view, 12> kMonths{"January",   "February", "March",    "April",
                                                   "May",       "June",     "July",     "August",
                                                   "September", "October",  "November", "December"};
constexpr std::array<std::string_view, 7> kDays{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                "Thursday", "Friday", "Saturday"};
constexpr std::int64_t kSecond = 1'000'000'000;

std::int64_t daysOf(int year, unsigned month, unsigned day) {
    return std::chrono::sys_days(std::chrono::year(year) / std::chrono::month(month) /
                                 std::chrono::day(day))
        .time_since_epoch()
        .count();
}

bool isDigit(char c) {
    return c >= '0' && c <= '9';
}

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

/// The long form of the composite letters, or nothing.
std::string_view composite(char letter) {
    switch (letter) {
    case 'D':
    case 'x': return "%m/%d/%y";
    case 'F': return "%Y-%m-%d";
    case 'T':
    case 'X': return "%H:%M:%S";
    case 'R': return "%H:%M";
    case 'r': return "%I:%M:%S %p";
    case 'c': return "%a %b %e %H:%M:%S %Y";
    case 'v': return "%e-%b-%Y";
    case '+': return "%Y-%m-%dT%H:%M:%S%.f%:z";
    case 'h': return "%b";
    default: return {};
    }
}

/// One directive: %[-_0]?[:.#]*[369]?letter.
struct Directive {
    char pad = 0; ///< '-', '_', '0', or 0 for the letter's own
    int colons = 0;
    bool dot = false, hash = false;
    int digits = 0;  ///< 3, 6, 9
    char letter = 0; ///< 0: the format ended
};
Directive readDirective(std::string_view format, std::size_t& at) {
    Directive d;
    const auto now = [&] { return at < format.size() ? format[at] : '\0'; };
    if (now() == '-' || now() == '_' || now() == '0')
        d.pad = format[at++];
    for (; now() == ':'; ++at)
        ++d.colons;
    if (now() == '#') {
        d.hash = true;
        ++at;
    }
    if (now() == '.') {
        d.dot = true;
        ++at;
    }
    if ((now() == '3' || now() == '6' || now() == '9') && at + 1 < format.size() &&
        format[at + 1] == 'f')
        d.digits = format[at++] - '0';
    d.letter = now();
    if (d.letter != 0)
        ++at;
    return d;
}

// --- printing ------------------------------------------------------------------------------------

class Printer {
public:
    Printer(const CivilTime& time, std::string& out) : m_time(time), m_out(out) {}

    Status print(std::string_view format) {
        for (std::size_t at = 0; at < format.size();) {
            if (format[at] != '%') {
                m_out.push_back(format[at++]);
                continue;
            }
            ++at;
            FB_TRY(directive(readDirective(format, at)));
        }
        return {};
    }

private:
    /// No part of a time is negative.
    void number(std::int64_t value, std::size_t width, char own, char pad) {
        const char how = pad == 0 ? own : pad;
        const fmt::format_int digits(value);
        if (how != '-' && digits.size() < width)
            m_out.append(width - digits.size(), how == '_' ? ' ' : '0');
        m_out.append(digits.data(), digits.size());
    }
    Status directive(const Directive& d) {
        if (const auto longForm = composite(d.letter); !longForm.empty())
            return print(longForm);
        return dateLetter(d) || timeLetter(d)
                   ? Status()
                   : fail(ErrorCode::InvalidArgument,
                          fmt::format("unknown letter %{} in a time format", d.letter));
    }
    bool dateLetter(const Directive& d) {
        const CivilTime& t = m_time;
        switch (d.letter) {
        case 'Y': number(t.year, 4, '0', d.pad); return true;
        case 'C': number(t.year / 100, 2, '0', d.pad); return true;
        case 'y': number(t.year % 100, 2, '0', d.pad); return true;
        case 'G': number(t.isoYear, 4, '0', d.pad); return true;
        case 'g': number(t.isoYear % 100, 2, '0', d.pad); return true;
        case 'm': number(t.month, 2, '0', d.pad); return true;
        case 'b': m_out += kMonths[t.month - 1].substr(0, 3); return true;
        case 'B': m_out += kMonths[t.month - 1]; return true;
        case 'd': number(t.day, 2, '0', d.pad); return true;
        case 'e': number(t.day, 2, '_', d.pad); return true;
        case 'a': m_out += kDays[t.weekday].substr(0, 3); return true;
        case 'A': m_out += kDays[t.weekday]; return true;
        case 'w': number(t.weekday, 1, '0', d.pad); return true;
        case 'u': number(t.weekday == 0 ? 7 : t.weekday, 1, '0', d.pad); return true;
        case 'U': number((t.dayOfYear + 6 - t.weekday) / 7, 2, '0', d.pad); return true;
        case 'W': number((t.dayOfYear + 6 - (t.weekday + 6) % 7) / 7, 2, '0', d.pad); return true;
        case 'V': number(t.isoWeek, 2, '0', d.pad); return true;
        case 'j': number(t.dayOfYear, 3, '0', d.pad); return true;
        default: return false;
        }
    }
    bool timeLetter(const Directive& d) {
        const CivilTime& t = m_time;
        const unsigned half = t.hour % 12 == 0 ? 12 : t.hour % 12;
        switch (d.letter) {
        case 'H': number(t.hour, 2, '0', d.pad); return true;
        case 'k': number(t.hour, 2, '_', d.pad); return true;
        case 'I': number(half, 2, '0', d.pad); return true;
        case 'l': number(half, 2, '_', d.pad); return true;
        case 'M': number(t.minute, 2, '0', d.pad); return true;
        case 'S': number(t.second, 2, '0', d.pad); return true;
        case 'p': m_out += t.hour < 12 ? "AM" : "PM"; return true;
        case 'P': m_out += t.hour < 12 ? "am" : "pm"; return true;
        case 'f': fraction(d); return true;
        case 's': fmt::format_to(std::back_inserter(m_out), "{}", seconds()); return true;
        case 'z': offset(d.colons); return true;
        case 'Z':
            if (t.offsetSeconds == 0)
                m_out += "UTC";
            else
                offset(1);
            return true;
        case 'n': m_out += '\n'; return true;
        case 't': m_out += '\t'; return true;
        case '%': m_out += '%'; return true;
        default: return false;
        }
    }
    void fraction(const Directive& d) {
        int digits = d.digits;
        if (digits == 0 && !d.dot)
            digits = 9;
        if (digits == 0) { // %.f: as many groups of three as it takes, none for whole seconds
            if (m_time.nanos == 0)
                return;
            digits = m_time.nanos % 1'000'000 == 0 ? 3 : (m_time.nanos % 1'000 == 0 ? 6 : 9);
        }
        if (d.dot)
            m_out += '.';
        m_out += fmt::format("{:09}", m_time.nanos).substr(0, static_cast<std::size_t>(digits));
    }
    void offset(int colons) {
        const int absolute = std::abs(m_time.offsetSeconds);
        fmt::format_to(std::back_inserter(m_out), "{}{:02}{}{:02}",
                       m_time.offsetSeconds < 0 ? '-' : '+', absolute / 3600, colons > 0 ? ":" : "",
                       absolute / 60 % 60);
        if (colons > 1)
            fmt::format_to(std::back_inserter(m_out), ":{:02}", absolute % 60);
    }
    [[nodiscard]] std::int64_t seconds() const {
        return daysOf(m_time.year, m_time.month, m_time.day) * 86400 + m_time.hour * 3600 +
               m_time.minute * 60 + m_time.second - m_time.offsetSeconds;
    }

    const CivilTime& m_time;
    std::string& m_out;
};

// --- reading -------------------------------------------------------------------------------------

/// What a text said; what it did not say is empty.
struct Parsed {
    std::optional<std::int64_t> year, month, day, dayOfYear, hour, hour12, minute, second, nanos;
    std::optional<std::int64_t> century, yearOfCentury, stamp, offset;
    std::optional<bool> afternoon;
};

class Reader {
public:
    Reader(std::string_view text, Parsed& to) : m_text(text), m_to(to) {}

    bool read(std::string_view format) {
        for (std::size_t at = 0; at < format.size();) {
            const char c = format[at];
            if (c == ' ' || c == '\t' || c == '\n') {
                skipSpace();
                ++at;
            } else if (c != '%') {
                if (m_text.empty() || m_text.front() != c)
                    return false;
                m_text.remove_prefix(1);
                ++at;
            } else if (!directive(readDirective(format, ++at))) {
                return false;
            }
        }
        return true;
    }
    [[nodiscard]] bool atEnd() const { return m_text.empty(); }

private:
    void skipSpace() {
        while (!m_text.empty() && (m_text.front() == ' ' || m_text.front() == '\t' ||
                                   m_text.front() == '\n' || m_text.front() == '\r'))
            m_text.remove_prefix(1);
    }
    bool number(std::size_t maxDigits, std::optional<std::int64_t>& to, bool isSigned = false) {
        skipSpace();
        bool negative = false;
        if (isSigned && !m_text.empty() && (m_text.front() == '-' || m_text.front() == '+')) {
            negative = m_text.front() == '-';
            m_text.remove_prefix(1);
        }
        std::int64_t value = 0;
        std::size_t digits = 0;
        while (digits < maxDigits && digits < m_text.size() && isDigit(m_text[digits]))
            value = value * 10 + (m_text[digits++] - '0');
        if (digits == 0)
            return false;
        m_text.remove_prefix(digits);
        if (to.has_value() && *to != (negative ? -value : value))
            return false;
        to = negative ? -value : value;
        return true;
    }
    template <std::size_t N>
    bool name(const std::array<std::string_view, N>& names, std::optional<std::int64_t>* to) {
        const auto startsWith = [&](std::string_view word) {
            if (m_text.size() < word.size())
                return false;
            for (std::size_t i = 0; i < word.size(); ++i)
                if (lower(m_text[i]) != lower(word[i]))
                    return false;
            return true;
        };
        for (std::size_t i = 0; i < N; ++i) {
            if (!startsWith(names[i].substr(0, 3)))
                continue;
            m_text.remove_prefix(startsWith(names[i]) ? names[i].size() : 3);
            if (to != nullptr)
                *to = static_cast<std::int64_t>(i) + 1;
            return true;
        }
        return false;
    }
    bool fraction(const Directive& d) {
        if (d.dot) {
            if (m_text.empty() || m_text.front() != '.')
                return d.digits == 0; // %.f may be missing
            m_text.remove_prefix(1);
        }
        std::int64_t nanos = 0;
        int digits = 0;
        const int limit = d.digits == 0 ? 9 : d.digits;
        while (digits < limit && !m_text.empty() && isDigit(m_text.front())) {
            nanos = nanos * 10 + (m_text.front() - '0');
            m_text.remove_prefix(1);
            ++digits;
        }
        if (digits == 0 || (d.digits != 0 && digits != d.digits))
            return false;
        if (d.dot || d.digits != 0) {
            for (int i = digits; i < 9; ++i)
                nanos *= 10;
            while (d.digits == 0 && !m_text.empty() && isDigit(m_text.front()))
                m_text.remove_prefix(1);
        }
        m_to.nanos = nanos; // a bare %f counts nanoseconds
        return true;
    }
    bool offset(bool minutesOptional) {
        skipSpace();
        if (!m_text.empty() && (m_text.front() == 'Z' || m_text.front() == 'z')) {
            m_text.remove_prefix(1);
            m_to.offset = 0;
            return true;
        }
        if (m_text.size() < 3 || (m_text[0] != '+' && m_text[0] != '-') || !isDigit(m_text[1]) ||
            !isDigit(m_text[2]))
            return false;
        const int sign = m_text[0] == '-' ? -1 : 1;
        std::int64_t seconds = ((m_text[1] - '0') * 10 + (m_text[2] - '0')) * 3600;
        m_text.remove_prefix(3);
        std::string_view rest = m_text;
        if (rest.starts_with(':'))
            rest.remove_prefix(1);
        if (rest.size() >= 2 && rest[0] >= '0' && rest[0] <= '5' && isDigit(rest[1])) {
            seconds += ((rest[0] - '0') * 10 + (rest[1] - '0')) * 60;
            m_text = rest.substr(2);
        } else if (!minutesOptional) {
            return false;
        }
        m_to.offset = sign * seconds;
        return true;
    }
    bool halfOfDay() {
        if (m_text.size() < 2 || lower(m_text[1]) != 'm')
            return false;
        const char half = lower(m_text[0]);
        if (half != 'a' && half != 'p')
            return false;
        m_to.afternoon = half == 'p';
        m_text.remove_prefix(2);
        return true;
    }
    bool zoneName() {
        std::size_t length = 0;
        while (length < m_text.size() && m_text[length] != ' ')
            ++length;
        m_text.remove_prefix(length);
        return length > 0;
    }
    bool directive(const Directive& d) {
        if (const auto longForm = composite(d.letter); !longForm.empty())
            return read(longForm);
        switch (d.letter) {
        case 'Y': return number(4, m_to.year, true);
        case 'C': return number(2, m_to.century);
        case 'y': return number(2, m_to.yearOfCentury);
        case 'm': return number(2, m_to.month);
        case 'b':
        case 'B': return name(kMonths, &m_to.month);
        case 'd':
        case 'e': return number(2, m_to.day);
        case 'a':
        case 'A': return name(kDays, nullptr);
        case 'j': return number(3, m_to.dayOfYear);
        case 'H':
        case 'k': return number(2, m_to.hour);
        case 'I':
        case 'l': return number(2, m_to.hour12);
        case 'M': return number(2, m_to.minute);
        case 'S': return number(2, m_to.second);
        case 'p':
        case 'P': return halfOfDay();
        case 'f': return fraction(d);
        case 's': return number(18, m_to.stamp, true);
        case 'z': return offset(d.hash);
        case 'Z': return zoneName();
        case 'n':
        case 't': skipSpace(); return true;
        case '%':
            if (!m_text.starts_with('%'))
                return false;
            m_text.remove_prefix(1);
            return true;
        default: return false;
        }
    }

    std::string_view m_text;
    Parsed& m_to;
};

bool inRange(const std::optional<std::int64_t>& value, std::int64_t from, std::int64_t to) {
    return !value || (*value >= from && *value <= to);
}

std::optional<std::int64_t> dayNumber(const Parsed& p) {
    std::optional<std::int64_t> year = p.year;
    if (!year && p.yearOfCentury)
        year = p.century ? *p.century * 100 + *p.yearOfCentury
                         : *p.yearOfCentury + (*p.yearOfCentury < 70 ? 2000 : 1900);
    if (!year || !inRange(p.month, 1, 12) || !inRange(p.day, 1, 31) || *year < 1 || *year > 9999)
        return std::nullopt;
    const int y = static_cast<int>(*year);
    if (p.month && p.day) {
        const auto date = std::chrono::year(y) /
                          std::chrono::month(static_cast<unsigned>(*p.month)) /
                          std::chrono::day(static_cast<unsigned>(*p.day));
        if (!date.ok())
            return std::nullopt;
        return daysOf(y, static_cast<unsigned>(*p.month), static_cast<unsigned>(*p.day));
    }
    const std::int64_t length = std::chrono::year(y).is_leap() ? 366 : 365;
    if (!p.dayOfYear || *p.dayOfYear < 1 || *p.dayOfYear > length)
        return std::nullopt;
    return daysOf(y, 1, 1) + *p.dayOfYear - 1;
}

std::optional<std::int64_t> secondOfDay(const Parsed& p) {
    if (!inRange(p.hour, 0, 23) || !inRange(p.hour12, 1, 12) || !inRange(p.minute, 0, 59) ||
        !inRange(p.second, 0, 60))
        return std::nullopt;
    std::optional<std::int64_t> hour = p.hour;
    if (!hour && p.hour12 && p.afternoon)
        hour = *p.hour12 % 12 + (*p.afternoon ? 12 : 0);
    if (!hour || !p.minute)
        return std::nullopt;
    return *hour * 3600 + *p.minute * 60 + p.second.value_or(0);
}

} // namespace

CivilTime civilTime(std::uint64_t ns, int offsetSeconds) {
    using namespace std::chrono;
    const auto seconds = static_cast<std::int64_t>(ns / kSecond) + offsetSeconds;
    const auto dayCount = seconds >= 0 ? seconds / 86400 : (seconds - 86399) / 86400;
    const sys_days today{days(dayCount)};
    const year_month_day date(today);
    const auto inDay = static_cast<unsigned>(seconds - dayCount * 86400);
    CivilTime time;
    time.year = int(date.year());
    time.month = unsigned(date.month());
    time.day = unsigned(date.day());
    time.hour = inDay / 3600;
    time.minute = inDay / 60 % 60;
    time.second = inDay % 60;
    time.nanos = static_cast<unsigned>(ns % kSecond);
    time.dayOfYear =
        static_cast<unsigned>((today - sys_days(date.year() / January / 1)).count()) + 1;
    time.weekday = weekday(today).c_encoding();
    // An ISO week belongs to the year of its Thursday.
    const sys_days thursday = today + days(4 - static_cast<int>(weekday(today).iso_encoding()));
    const year isoYear = year_month_day(thursday).year();
    time.isoYear = int(isoYear);
    time.isoWeek =
        static_cast<unsigned>((thursday - sys_days(isoYear / January / 1)).count() / 7) + 1;
    time.offsetSeconds = offsetSeconds;
    return time;
}

Status formatTime(const CivilTime& time, std::string_view format, std::string& out) {
    return Printer(time, out).print(format);
}

Result<std::uint64_t> parseTime(std::string_view text, std::string_view format) {
    Parsed parsed;
    Reader reader(text, parsed);
    const auto misfit = [&] {
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("\"{}\" is no time of the form \"{}\"", text.substr(0, 60),
                                format.substr(0, 60)));
    };
    if (!reader.read(format) || !reader.atEnd())
        return misfit();
    std::int64_t seconds = 0;
    if (parsed.stamp) {
        seconds = *parsed.stamp;
    } else {
        const auto day = dayNumber(parsed);
        const auto time = secondOfDay(parsed);
        if (!day || !time)
            return misfit();
        seconds = *day * 86400 + *time - parsed.offset.value_or(0);
    }
    std::int64_t ns = 0;
    if (parsed.nanos.value_or(0) >= kSecond || __builtin_mul_overflow(seconds, kSecond, &ns) ||
        __builtin_add_overflow(ns, parsed.nanos.value_or(0), &ns) || ns < 0)
        return misfit();
    return static_cast<std::uint64_t>(ns);
}

Result<int> parseOffset(std::string_view text) {
    if (text == "UTC" || text == "GMT" || text == "Z" || text == "Etc/UTC")
        return 0;
    const auto bad = [&] {
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("\"{}\" is no offset from UTC", text.substr(0, 40)),
                    "write it like +09:00; names of zones other than UTC are not known");
    };
    std::string_view rest = text;
    const bool negative = rest.starts_with('-');
    if (negative || rest.starts_with('+'))
        rest.remove_prefix(1);
    const auto pair = [&](char highest) -> std::optional<int> {
        if (rest.size() < 2 || !isDigit(rest[0]) || rest[0] > highest || !isDigit(rest[1]))
            return std::nullopt;
        const int value = (rest[0] - '0') * 10 + (rest[1] - '0');
        rest.remove_prefix(2);
        return value;
    };
    const auto hours = pair('9');
    if (!hours || *hours > 23)
        return bad();
    if (rest.starts_with(':'))
        rest.remove_prefix(1);
    const auto minutes = rest.empty() ? std::optional(0) : pair('5');
    if (!minutes || !rest.empty())
        return bad();
    const int seconds = *hours * 3600 + *minutes * 60;
    return negative ? -seconds : seconds;
}

} // namespace fuseboard
