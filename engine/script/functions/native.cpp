// SPDX-License-Identifier: Apache-2.0
#include "engine/script/functions/native.h"

#include "engine/script/interpreter.h"
#include "engine/script/value_ops.h"

#include <algorithm>
#include <array>

namespace fuseboard::native {

bool wrongArgument(FunctionContext& context, std::size_t index, std::string_view expected,
                   const Value& got) {
    return failed(context, ErrorCode::WrongType, "argument {} must be {}, this is {} ({})",
                  index + 1, expected, kindName(got.kind()), showValue(got));
}

bool stringAt(Arguments arguments, std::size_t index, FunctionContext& context,
              std::string_view& text) {
    if (!arguments[index].isString()) [[unlikely]]
        return wrongArgument(context, index, "a string", arguments[index]);
    text = arguments[index].asString();
    return true;
}

bool arrayAt(Arguments arguments, std::size_t index, FunctionContext& context,
             std::span<const Value>& items) {
    if (!arguments[index].isArray()) [[unlikely]]
        return wrongArgument(context, index, "a list", arguments[index]);
    items = arguments[index].items();
    return true;
}

bool recordAt(Arguments arguments, std::size_t index, FunctionContext& context, Value& record) {
    if (!arguments[index].isRecord()) [[unlikely]]
        return wrongArgument(context, index, "a record", arguments[index]);
    record = arguments[index];
    return true;
}

bool unsignedAt(Arguments arguments, std::size_t index, FunctionContext& context,
                std::uint64_t& number) {
    if (arguments[index].kind() != Kind::U64) [[unlikely]]
        return wrongArgument(context, index, "an integer from 0", arguments[index]);
    number = arguments[index].asU64();
    return true;
}

bool numberAt(Arguments arguments, std::size_t index, FunctionContext& context, double& number) {
    if (!arguments[index].isNumber()) [[unlikely]]
        return wrongArgument(context, index, "a number", arguments[index]);
    number = arguments[index].toDouble();
    return true;
}

bool giveText(Value& result, std::string_view text, FunctionContext& context) {
    if (text.size() > kMaxValueBytes) [[unlikely]]
        return failed(context, ErrorCode::LimitExceeded, "the text is larger than {} MiB",
                      kMaxValueBytes >> 20U);
    result = makeString(context.arena, text);
    return true;
}

namespace {

// Length of the well-formed sequence at `at`, or 0 (Unicode 15, table 3-7).
std::size_t sequenceLength(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t i) -> unsigned {
        return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0U;
    };
    const auto tail = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
    const unsigned lead = byte(0), second = byte(1);
    if (lead < 0x80)
        return 1;
    if (lead >= 0xC2 && lead <= 0xDF)
        return tail(1) ? 2 : 0;
    if ((lead & 0xF0U) == 0xE0U) {
        const bool fits = (lead != 0xE0 || second >= 0xA0) && (lead != 0xED || second < 0xA0);
        return fits && tail(1) && tail(2) ? 3 : 0;
    }
    if (lead >= 0xF0 && lead <= 0xF4) {
        const bool fits = (lead != 0xF0 || second >= 0x90) && (lead != 0xF4 || second < 0x90);
        return fits && tail(1) && tail(2) && tail(3) ? 4 : 0;
    }
    return 0;
}

} // namespace

char32_t nextCodePoint(std::string_view text, std::size_t& at) {
    const std::size_t length = sequenceLength(text, at);
    if (length <= 1) {
        const auto byte = static_cast<unsigned char>(text[at++]);
        return length == 1 ? byte : 0xFFFDU;
    }
    char32_t code = static_cast<unsigned char>(text[at]) & (0xFFU >> (length + 1));
    for (std::size_t i = 1; i < length; ++i)
        code = (code << 6U) | (static_cast<unsigned char>(text[at + i]) & 0x3FU);
    at += length;
    return code;
}

void appendUtf8(char32_t code, std::string& out) {
    const auto put = [&](char32_t byte) { out.push_back(static_cast<char>(byte)); };
    if (code < 0x80) {
        put(code);
    } else if (code < 0x800) {
        put(0xC0U | (code >> 6U));
        put(0x80U | (code & 0x3FU));
    } else if (code < 0x10000) {
        put(0xE0U | (code >> 12U));
        put(0x80U | ((code >> 6U) & 0x3FU));
        put(0x80U | (code & 0x3FU));
    } else {
        put(0xF0U | (code >> 18U));
        put(0x80U | ((code >> 12U) & 0x3FU));
        put(0x80U | ((code >> 6U) & 0x3FU));
        put(0x80U | (code & 0x3FU));
    }
}

bool isValidUtf8(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = sequenceLength(text, at);
        if (length == 0)
            return false;
        at += length;
    }
    return true;
}

std::size_t countCodePoints(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    }));
}

bool decodeBase64(std::string_view text, std::string& bytes) {
    static constexpr auto kValues = [] {
        std::array<std::int8_t, 256> table{};
        table.fill(-1);
        constexpr std::string_view kAlphabet =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        for (std::size_t i = 0; i < kAlphabet.size(); ++i)
            table[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::int8_t>(i);
        return table;
    }();
    if (text.size() % 4 != 0)
        return false;
    const std::size_t padding = text.ends_with("==") ? 2 : (text.ends_with('=') ? 1 : 0);
    const std::string_view digits = text.substr(0, text.size() - padding);
    std::uint32_t bits = 0;
    unsigned count = 0;
    bytes.clear();
    for (const char c : digits) {
        const int value = kValues[static_cast<unsigned char>(c)];
        if (value < 0)
            return false;
        bits = (bits << 6U) | static_cast<std::uint32_t>(value);
        count += 6;
        if (count >= 8) {
            count -= 8;
            bytes.push_back(static_cast<char>((bits >> count) & 0xFFU));
            bits &= (1U << count) - 1;
        }
    }
    return bits == 0; // what is left over must be zero
}

} // namespace fuseboard::native
