// SPDX-License-Identifier: Apache-2.0
#include "app/cli/number_options.h"

#include <charconv>
#include <fmt/format.h>
#include <string>

namespace fuseboard {

namespace {

template <class Number> bool readsAs(const std::string& text, Number& number) {
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, number);
    return read.ec == std::errc() && read.ptr == end;
}

} // namespace

CLI::Validator wholeNumber(std::uint64_t least, std::uint64_t most) {
    return CLI::Validator(
        [least, most](std::string& text) {
            std::uint64_t number = 0;
            if (readsAs(text, number) && number >= least && number <= most)
                return std::string();
            const bool open = most == std::numeric_limits<std::uint64_t>::max();
            return open ? fmt::format("\"{}\" is no whole number of at least {}", text, least)
                        : fmt::format("\"{}\" is no whole number from {} to {}", text, least, most);
        },
        "");
}

CLI::Validator realNumber(double least, double most) {
    return CLI::Validator(
        [least, most](std::string& text) {
            double number = 0;
            if (readsAs(text, number) && number >= least && number <= most)
                return std::string();
            return fmt::format("\"{}\" is no number from {} to {}", text, least, most);
        },
        "");
}

CLI::Validator notNegative() {
    return CLI::Validator(
        [](std::string& text) {
            return text.starts_with('-') ? fmt::format("\"{}\" is less than 0", text)
                                         : std::string();
        },
        "");
}

} // namespace fuseboard
