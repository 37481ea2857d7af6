// SPDX-License-Identifier: Apache-2.0
// Shape `logs`: requests to a web server, as lines in the combined log format or as records.
#include "engine/connectors/generator_shape.h"

#include "engine/formats/json_text.h"

#include <fmt/format.h>

#include <iterator>

namespace fuseboard {

namespace {

constexpr Format kFormats[] = {Format::Lines, Format::Ndjson, Format::Csv};
constexpr std::string_view kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::string_view kMethods[] = {"GET", "GET", "GET", "GET", "GET", "POST", "PUT", "HEAD"};
constexpr std::string_view kPages[] = {
    "/",      "/index.html",   "/products",        "/products/{}", "/cart",
    "/login", "/search?q=t{}", "/api/v1/items/{}", "/img/{}.png",  "/favicon.ico"};
constexpr std::string_view kUsers[] = {"alice", "bob", "carol", "dave"};
constexpr std::string_view kReferrers[] = {"https://example.org/", "https://example.org/search",
                                           "https://example.com/"};
constexpr std::string_view kAgents[] = {
    "Mozilla/5.0 (X11; Linux x86_64; rv:115.0) Gecko/20100101 Firefox/115.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36", "curl/7.88.1",
    "Mozilla/5.0 (compatible; ExampleBot/2.1)"};

constexpr ShapeColumn kColumns[] = {{"", "client"}, {"", "user"},     {"", "time"},
                                    {"", "method"}, {"", "path"},     {"", "protocol"},
                                    {"", "status"}, {"", "bytes"},    {"", "referrer"},
                                    {"", "agent"},  {"", "timestamp"}};

std::string_view clientOf(std::uint64_t key, RowContext& context) {
    return context.arena.copy(
        fmt::format("10.{}.{}.{}", key / 62'500 % 250, key / 250 % 250, key % 250 + 1));
}

std::uint64_t statusOf(GeneratorRandom& random) {
    const std::uint64_t drawn = random.below(100);
    if (drawn < 80)
        return 200;
    if (drawn < 86)
        return 304;
    if (drawn < 89)
        return 302;
    if (drawn < 95)
        return 404;
    return drawn < 97 ? 403 : drawn < 99 ? 500 : 503;
}

void make(RowMaker& row, RowContext& context) {
    GeneratorRandom& random = context.random;
    const CivilTime at = civilTime(context.timeMs);
    row.leaf("client", Value::string(clientOf(context.key, context)));
    row.fixed("user", random.below(10) == 0 ? context.text(random.pick(kUsers)) : Value::null());
    row.fixed("time", context.copied(fmt::format("{:02}/{}/{}:{:02}:{:02}:{:02} +0000", at.day,
                                                 kMonths[at.month - 1], at.year, at.hour, at.minute,
                                                 at.second)));
    row.leaf("method", context.text(random.pick(kMethods)));
    row.leaf("path",
             context.copied(fmt::format(fmt::runtime(random.pick(kPages)), random.below(1000))));
    row.fixed("protocol", context.text("HTTP/1.1"));
    const std::uint64_t status = statusOf(random);
    row.leaf("status", Value::u64(status));
    row.leaf("bytes", Value::u64(status == 304 ? 0 : 100 + random.below(50'000)));
    row.leaf("referrer",
             random.below(3) == 0 ? Value::null() : context.text(random.pick(kReferrers)));
    row.leaf("agent", context.text(random.pick(kAgents)));
    row.fixed("timestamp", Value::u64(context.timeMs));
}

void printPart(const Value& row, std::string_view key, std::string& out) {
    const Value* value = row.find(key);
    if (value == nullptr || value->isNull())
        out += '-';
    else if (value->isString())
        out += value->asString();
    else
        printJson(*value, out);
}

/// %h - %u [%t] "%r" %>s %b "%{Referer}i" "%{User-agent}i"
void line(const Value& row, std::string& out) {
    const auto part = [&](std::string_view before, std::string_view key) {
        out += before;
        printPart(row, key, out);
    };
    part("", "client");
    part(" - ", "user");
    part(" [", "time");
    part("] \"", "method");
    part(" ", "path");
    part(" ", "protocol");
    part("\" ", "status");
    part(" ", "bytes");
    part(" \"", "referrer");
    part("\" \"", "agent");
    out += '"';
}

} // namespace

const ShapeMaker& logsShape() {
    static const ShapeMaker kShape = {
        {"logs", "requests to a web server: access log lines, or their fields", kFormats},
        1000,
        7,
        kColumns,
        make,
        line};
    return kShape;
}

} // namespace fuseboard
