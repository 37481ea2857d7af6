// SPDX-License-Identifier: Apache-2.0
#include "engine/connectors/generator.h"

#include "engine/connectors/connector.h"
#include "engine/connectors/generator_shape.h"
#include "engine/formats/json_text.h"
#include "engine/formats/row_encoder.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <utility>

namespace fuseboard {

namespace {

constexpr std::string_view kLocationPrefix = "generate:";
constexpr std::size_t kPiece = 64 * 1024;
constexpr std::uint64_t kMostKeys = 10'000'000;
constexpr std::uint64_t kLatestMs = 30'000;

using ShapeFunction = const ShapeMaker& (*)();
constexpr ShapeFunction kShapes[] = {metricsShape, logsShape,     ordersShape,  nestedShape,
                                     nexmarkShape, readingsShape, lineitemShape};

struct Burst {
    std::uint64_t every = 0; // rows; 0: none
    std::uint64_t length = 0;
    std::uint64_t factor = 1;
};

bool readNumber(std::string_view text, std::uint64_t& out) {
    const char* const end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, out);
    return parsed.ec == std::errc{} && parsed.ptr == end;
}
bool readNumber(std::string_view text, double& out) {
    const char* const end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, out);
    return parsed.ec == std::errc{} && parsed.ptr == end;
}

Result<Burst> parseBurst(const std::string& text) {
    Burst burst;
    if (text.empty() || text == "none")
        return burst;
    const std::size_t first = text.find(':');
    const std::size_t second = first == std::string::npos ? first : text.find(':', first + 1);
    const std::string_view all = text;
    const bool good = second != std::string::npos &&
                      readNumber(all.substr(0, first), burst.every) &&
                      readNumber(all.substr(first + 1, second - first - 1), burst.length) &&
                      readNumber(all.substr(second + 1), burst.factor) && burst.factor > 0 &&
                      burst.length <= burst.every && burst.every > 0;
    if (!good)
        return fail(ErrorCode::InvalidArgument, "the burst " + text + " cannot be read",
                    "write EVERY:LENGTH:FACTOR in rows, as in 10000:500:20");
    return burst;
}

/// Escapes of line protocol: what would end the part, and backslashes.
void printEscaped(std::string_view text, std::string_view special, std::string& out) {
    for (const char c : text) {
        if (c == '\\' || special.find(c) != std::string_view::npos)
            out += '\\';
        out += c;
    }
}

void printInfluxValue(const Value& value, std::string& out) {
    if (value.isString()) {
        out += '"';
        printEscaped(value.asString(), "\"", out);
        out += '"';
        return;
    }
    printJson(value, out);
    if (value.isInteger())
        out += 'i';
}

/// A record of measurement, tags, fields and timestamp as line protocol.
void printInflux(const Value& row, std::string& out) {
    printEscaped(row.find("measurement")->asString(), ", ", out);
    for (const Field& tag : row.find("tags")->fields()) {
        out += ',';
        printEscaped(tag.key, ",= ", out);
        out += '=';
        if (tag.value.isString())
            printEscaped(tag.value.asString(), ", ", out);
        else
            printJson(tag.value, out);
    }
    out += ' ';
    bool first = true;
    for (const Field& field : row.find("fields")->fields()) {
        if (!first)
            out += ',';
        first = false;
        printEscaped(field.key, "=", out);
        out += '=';
        printInfluxValue(field.value, out);
    }
    out += ' ';
    printJson(*row.find("timestamp"), out);
}

/// Makes the line that starts at `begin` malformed in its format, for sure.
void damage(std::string& out, std::size_t begin, Format format, GeneratorRandom& random) {
    const std::size_t half = begin + (out.size() - begin) / 2;
    switch (format == Format::Lines ? 2 : random.below(4)) {
    case 0:
        out.resize(half);
        if (format == Format::Influx)
            out += ','; // half a line may be a whole one without its time
        break;
    case 1:
        if (format == Format::Influx)
            out += " \"";
        else
            out.insert(format == Format::Ndjson ? begin + 1 : begin, 1, '"');
        break;
    case 2: out.insert(half, 1, '\xFF'); break;
    default: out.resize(begin); out += "this is no row";
    }
}

class GeneratorSource final : public ByteSource {
public:
    GeneratorSource(const GeneratorOptions& options, const ShapeMaker& shape, Format format,
                    Burst burst)
        : m_options(options), m_shape(shape), m_format(format), m_burst(burst),
          m_keys(options.keys == 0 ? shape.defaultKeys : options.keys, options.skew),
          m_random(options.seed), m_faultRandom(options.seed ^ 0xFA017FA017FA017FULL),
          m_stepNs(static_cast<std::uint64_t>(1e9 / options.eventsPerSecond)) {
        if (m_format == Format::Csv)
            startCsv();
    }

    Result<std::size_t> read(std::span<char> to) override {
        if (m_given == m_text.size()) {
            m_text.clear();
            m_given = 0;
            if (m_row == 0 && m_csv != nullptr && !m_headerDone)
                m_text += m_header;
            m_headerDone = true;
            while (m_row < m_options.rows && m_text.size() < kPiece)
                addRow();
        }
        const std::size_t size = std::min(to.size(), m_text.size() - m_given);
        std::memcpy(to.data(), m_text.data() + m_given, size);
        m_given += size;
        return size;
    }
    /// Ends like a file of the format, by which it is recognised.
    std::string name() const override {
        return fmt::format("{}{}.{}", kLocationPrefix, m_options.shape,
                           m_format == Format::Lines ? "log" : toString(m_format));
    }

private:
    void startCsv() {
        m_csv = std::move(*makeRowEncoder(Format::Csv));
        std::vector<Field> fields;
        for (const ShapeColumn& column : m_shape.columns)
            fields.push_back({column.inner, Value::null()});
        m_csv->fixHeader(makeRecord(m_arena, fields), m_header);
    }

    void addRow() {
        m_arena.reset();
        const bool burst = m_burst.every > 0 && m_row % m_burst.every < m_burst.length;
        m_elapsedNs += burst ? m_stepNs / m_burst.factor : m_stepNs;
        // Faults have their own random numbers, so that they leave the other rows as they are.
        const bool faulty = m_faultRandom.chance(m_options.faults);
        const bool late = m_faultRandom.chance(m_options.late);
        const std::uint64_t back = m_faultRandom.below(kLatestMs);
        const std::size_t dropped = m_faultRandom.below(m_shape.leaves);
        const std::size_t drop =
            m_faultRandom.chance(m_options.missing) ? dropped : RowMaker::kNone;
        const std::size_t changed = m_faultRandom.below(m_shape.leaves);
        const std::size_t change =
            m_faultRandom.chance(m_options.typeChange) ? changed : RowMaker::kNone;
        std::uint64_t timeMs = m_options.startTimeMs + m_elapsedNs / 1'000'000;
        if (late)
            timeMs -= std::min(timeMs, back);
        RowContext context{m_random, m_arena, m_row, m_keys.pick(m_random), timeMs, m_format};
        RowMaker maker(m_arena, drop, change);
        m_shape.make(maker, context);
        const std::size_t begin = m_text.size();
        print(maker.finish());
        if (faulty)
            damage(m_text, begin, m_format, m_faultRandom);
        m_text += '\n';
        ++m_row;
    }

    void print(const Value& row) {
        switch (m_format) {
        case Format::Ndjson: printJson(row, m_text); break;
        case Format::Influx: printInflux(row, m_text); break;
        case Format::Lines: m_shape.line(row, m_text); break;
        case Format::Csv: m_shape.csv == nullptr ? printCsv(row) : m_shape.csv(row, m_text); break;
        }
    }

    void printCsv(const Value& row) {
        m_cells.clear();
        for (const ShapeColumn& column : m_shape.columns) {
            const Value* from = column.outer.empty() ? &row : row.find(column.outer);
            const Value* cell = from == nullptr ? nullptr : from->find(column.inner);
            m_cells.push_back({column.inner, cell == nullptr ? Value::null() : *cell});
        }
        EncodeCounters counters;
        m_csv->encode(makeRecord(m_arena, m_cells), m_text, counters);
        m_text.pop_back(); // its newline: the line may yet be damaged
    }

    GeneratorOptions m_options;
    const ShapeMaker& m_shape;
    Format m_format;
    Burst m_burst;
    KeyPicker m_keys;
    GeneratorRandom m_random;
    GeneratorRandom m_faultRandom;
    std::uint64_t m_stepNs;
    std::uint64_t m_elapsedNs = 0;
    std::uint64_t m_row = 0;
    Arena m_arena;
    std::unique_ptr<RowEncoder> m_csv;
    std::string m_header;
    bool m_headerDone = false;
    std::vector<Field> m_cells;
    std::string m_text;
    std::size_t m_given = 0;
};

Result<std::reference_wrapper<const ShapeMaker>> findShape(const std::string& name) {
    std::vector<std::string_view> names;
    for (const ShapeFunction shape : kShapes) {
        if (shape().info.name == name)
            return std::cref(shape());
        names.push_back(shape().info.name);
    }
    return fail(ErrorCode::UnknownName, "there is no shape " + name,
                fmt::format("choose one of {}", fmt::join(names, ", ")));
}

Status checkOptions(const GeneratorOptions& options) {
    const auto probability = [](double p) { return p >= 0 && p <= 1; };
    if (!probability(options.faults) || !probability(options.late) ||
        !probability(options.missing) || !probability(options.typeChange))
        return fail(ErrorCode::InvalidArgument,
                    "faults, late, missing and type changes are probabilities",
                    "give numbers from 0 to 1");
    if (!(options.skew >= 0 && options.skew <= 10))
        return fail(ErrorCode::InvalidArgument, "the skew must be from 0 to 10");
    if (options.keys > kMostKeys)
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("there can be at most {} keys", kMostKeys));
    if (!(options.eventsPerSecond >= 0.001 && options.eventsPerSecond <= 1e9))
        return fail(ErrorCode::InvalidArgument,
                    "the events per second must be from 0.001 to 1000000000");
    if (options.startTimeMs > 32'503'680'000'000)
        return fail(ErrorCode::InvalidArgument, "the start time must lie before the year 3000",
                    "it is in milliseconds since 1970");
    return {};
}

Status setOption(GeneratorOptions& options, std::string_view key, std::string_view text) {
    const auto number = [&](auto& target) -> Status {
        if (readNumber(text, target))
            return {};
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("the generator's {} is no number: {}", key, text));
    };
    if (key == "rows")
        return number(options.rows);
    if (key == "seed")
        return number(options.seed);
    if (key == "keys")
        return number(options.keys);
    if (key == "skew")
        return number(options.skew);
    if (key == "faults")
        return number(options.faults);
    if (key == "late")
        return number(options.late);
    if (key == "missing")
        return number(options.missing);
    if (key == "type-change")
        return number(options.typeChange);
    if (key == "start")
        return number(options.startTimeMs);
    if (key == "rate")
        return number(options.eventsPerSecond);
    if (key == "burst") {
        options.burst = text;
        return {};
    }
    if (key == "format") {
        options.format = formatFromName(text);
        if (options.format)
            return {};
        return fail(ErrorCode::UnknownName, "there is no format " + std::string(text),
                    "choose one of ndjson, csv, influx, lines");
    }
    return fail(ErrorCode::UnknownName, "the generator has no option " + std::string(key),
                "it has rows, seed, keys, skew, burst, faults, late, missing, type-change, format, "
                "start and rate");
}

} // namespace

std::span<const GeneratorShape> generatorShapes() {
    static const std::vector<GeneratorShape> kInfos = [] {
        std::vector<GeneratorShape> infos;
        for (const ShapeFunction shape : kShapes)
            infos.push_back(shape().info);
        return infos;
    }();
    return kInfos;
}

Result<std::unique_ptr<ByteSource>> makeGenerator(const GeneratorOptions& options) {
    FB_TRY_ASSIGN(const auto found, findShape(options.shape));
    FB_TRY(checkOptions(options));
    FB_TRY_ASSIGN(const Burst burst, parseBurst(options.burst));
    const ShapeMaker& shape = found.get();
    const Format format = options.format.value_or(shape.info.formats.front());
    if (std::ranges::find(shape.info.formats, format) == shape.info.formats.end()) {
        std::vector<std::string_view> names;
        for (const Format known : shape.info.formats)
            names.push_back(toString(known));
        return fail(
            ErrorCode::Unsupported,
            fmt::format("the shape {} cannot be written as {}", options.shape, toString(format)),
            fmt::format("choose one of {}", fmt::join(names, ", ")));
    }
    return std::make_unique<GeneratorSource>(options, shape, format, burst);
}

Result<GeneratorOptions> parseGeneratorOptions(std::string_view text) {
    GeneratorOptions options;
    const std::size_t question = text.find('?');
    options.shape = text.substr(0, question);
    std::string_view rest = question == std::string_view::npos ? "" : text.substr(question + 1);
    while (!rest.empty()) {
        const std::string_view pair = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
        const std::size_t equals = pair.find('=');
        if (equals == std::string_view::npos)
            return fail(ErrorCode::InvalidArgument,
                        "the generator's option " + std::string(pair) + " has no value",
                        "write it as NAME=VALUE");
        FB_TRY(setOption(options, pair.substr(0, equals), pair.substr(equals + 1)));
    }
    return options;
}

Connector generatorConnector() {
    return {"generator",
            "made-up data, repeatable by its seed",
            "generate:SHAPE?rows=1000&seed=1",
            [](std::string_view location) { return location.starts_with(kLocationPrefix); },
            [](const std::string& location) -> Result<std::unique_ptr<ByteSource>> {
                FB_TRY_ASSIGN(const GeneratorOptions options,
                              parseGeneratorOptions(
                                  std::string_view(location).substr(kLocationPrefix.size())));
                return makeGenerator(options);
            },
            nullptr};
}

} // namespace fuseboard
