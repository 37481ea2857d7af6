// SPDX-License-Identifier: Apache-2.0
// cidr|…|: IP addresses and networks. Without rules any IPv4 or IPv6 address or network matches;
// with a list of IPv4 networks an IPv4 address that one of them contains.
#include "engine/script/extractor_kinds.h"

#include <arpa/inet.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <optional>

namespace fuseboard::extractors {

namespace {

/// Address bytes in network order; 4 or 16 of them count.
struct Network {
    std::array<std::uint8_t, 16> bytes{};
    unsigned length = 4;
    unsigned prefix = 32; ///< leading bits that count
};

std::optional<Network> parseAddress(std::string_view text) {
    std::array<char, 64> terminated{};
    if (text.empty() || text.size() >= terminated.size() ||
        text.find('\0') != std::string_view::npos)
        return std::nullopt;
    std::ranges::copy(text, terminated.begin());
    Network network;
    if (inet_pton(AF_INET, terminated.data(), network.bytes.data()) == 1)
        return network;
    if (inet_pton(AF_INET6, terminated.data(), network.bytes.data()) != 1)
        return std::nullopt;
    network.length = 16;
    network.prefix = 128;
    return network;
}

/// An address, or an address, a slash and a number of bits or an IPv4 mask.
std::optional<Network> parseNetwork(std::string_view text) {
    const std::size_t slash = text.find('/');
    auto network = parseAddress(text.substr(0, slash));
    if (!network || slash == std::string_view::npos)
        return network;
    const std::string_view bits = text.substr(slash + 1);
    unsigned prefix = 0;
    const auto [end, error] = std::from_chars(bits.data(), bits.data() + bits.size(), prefix);
    if (error != std::errc() || end != bits.data() + bits.size() || prefix > network->prefix)
        return std::nullopt;
    network->prefix = prefix;
    return network;
}

std::uint8_t maskByte(const Network& network, unsigned index) {
    const unsigned covered =
        std::clamp<unsigned>(network.prefix > index * 8 ? network.prefix - index * 8 : 0, 0, 8);
    return static_cast<std::uint8_t>(0xFF00U >> covered);
}

bool contains(const Network& network, const Network& address) {
    for (unsigned i = 0; i < network.length; ++i)
        if (((network.bytes[i] ^ address.bytes[i]) & maskByte(network, i)) != 0)
            return false;
    return network.length == address.length;
}

/// {"prefix": first address, "mask": mask} as lists of bytes (IPv4) or of 16-bit groups (IPv6).
Value describe(const Network& network, Arena& arena) {
    const unsigned step = network.length == 4 ? 1 : 2;
    const unsigned count = network.length / step;
    Value* prefix = arena.allocateArray<Value>(count);
    Value* mask = arena.allocateArray<Value>(count);
    for (unsigned i = 0; i < count; ++i) {
        std::uint64_t address = 0, bits = 0;
        for (unsigned j = i * step; j < (i + 1) * step; ++j) {
            bits = bits << 8U | maskByte(network, j);
            address = address << 8U | (network.bytes[j] & maskByte(network, j));
        }
        prefix[i] = Value::u64(address);
        mask[i] = Value::u64(bits);
    }
    const Field fields[] = {{"prefix", Value::array({prefix, count})},
                            {"mask", Value::array({mask, count})}};
    return makeRecord(arena, fields);
}

class Cidr final : public Extractor {
public:
    Cidr(std::string pattern, std::vector<Network> rules)
        : Extractor("cidr", std::move(pattern)), m_rules(std::move(rules)) {}
    bool matches(const Value& subject) const override { return find(subject).has_value(); }
    bool extract(const Value& subject, FunctionContext& context, Value& result) const override {
        const auto network = find(subject);
        if (network)
            result = describe(*network, context.arena);
        return network.has_value();
    }

private:
    [[nodiscard]] std::optional<Network> find(const Value& subject) const {
        if (!subject.isString())
            return std::nullopt;
        if (m_rules.empty())
            return parseNetwork(subject.asString());
        const auto address = parseAddress(subject.asString());
        if (!address || address->length != 4)
            return std::nullopt;
        const bool inside = std::ranges::any_of(
            m_rules, [&](const Network& rule) { return contains(rule, *address); });
        return inside ? address : std::nullopt;
    }
    std::vector<Network> m_rules;
};

std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t\n\r");
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(" \t\n\r") - first + 1);
}

} // namespace

Made makeCidr(std::string pattern) {
    std::vector<Network> rules;
    std::string_view rest = pattern;
    while (!rest.empty()) {
        const std::size_t comma = rest.find(',');
        const std::string_view rule = trimmed(rest.substr(0, comma));
        const auto network = parseNetwork(rule);
        if (!network)
            return fail(ErrorCode::InvalidSyntax,
                        fmt::format("cidr: \"{}\" is no network", rule.substr(0, 60)));
        if (network->length != 4)
            return fail(ErrorCode::Unsupported,
                        fmt::format("cidr: \"{}\" is an IPv6 network; rules are IPv4", rule));
        rules.push_back(*network);
        rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
    }
    return std::make_shared<const Cidr>(std::move(pattern), std::move(rules));
}

} // namespace fuseboard::extractors
