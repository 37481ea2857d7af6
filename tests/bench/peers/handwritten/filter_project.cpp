// SPDX-License-Identifier: Apache-2.0
// Workload filter-project by hand, with simdjson's on-demand parser: the limit to be measured
// against. Usage: filter_project validate|trust INPUT OUTPUT
//
// `validate` checks every value of every row, as a run does by default; `trust` looks at no more
// than the query needs, as --trust-input does. Both find the structure of many rows at once.
// The input is taken to be sound: a row that is not ends the program.
#include "tests/bench/peers/handwritten/line_chunks.h"
#include "tests/bench/peers/handwritten/peer_clock.h"
#include "tests/bench/peers/handwritten/row_output.h"

#include <algorithm>
#include <cstdlib>
#include <simdjson.h>
#include <string_view>

namespace fuseboard::peers {

namespace {

namespace ondemand = simdjson::ondemand;

/// The fields that the query needs; texts as they stand in the row.
struct Reading {
    std::string_view id;
    std::string_view device;
    std::string_view celsiusText;
    double celsius = 0;
};

constexpr double kWarm = 20.0;

bool bad(simdjson::error_code code) {
    return code != simdjson::SUCCESS;
}

/// True if the decimal text of a number is its shortest already: up to 15 digits, none too many.
bool isShortest(std::string_view text) {
    return text.size() <= 16 && text.find_first_of("eE-") == std::string_view::npos &&
           (text.back() != '0' || text.find('.') == std::string_view::npos);
}

void print(RowOutput& out, const Reading& row) {
    out.beginRow();
    out.add(R"({"id":)");
    out.add(row.id);
    out.add(R"(,"device":)");
    out.add(row.device);
    out.add(R"(,"celsius":)");
    if (isShortest(row.celsiusText))
        out.add(row.celsiusText);
    else
        out.add(row.celsius);
    out.add(R"(,"fahrenheit":)");
    out.add(row.celsius * 1.8 + 32.0);
    out.add("}\n");
}

/// Reads what the query needs, in the order of the file, and nothing else.
bool readNeeded(ondemand::object object, Reading& row) {
    ondemand::value value;
    if (bad(object.find_field("id").get(value)))
        return false;
    row.id = value.raw_json_token();
    if (bad(object.find_field("device").get(value)))
        return false;
    row.device = value.raw_json_token();
    ondemand::object reading;
    if (bad(object.find_field("reading").get_object().get(reading)) ||
        bad(reading.find_field("celsius").get(value)))
        return false;
    row.celsiusText = value.raw_json_token();
    return !bad(value.get_double().get(row.celsius));
}

using FieldIterator = ondemand::object_iterator;

// What follows is inlined by force: copies of iterators through memory stall on their own stores,
// which doubles the time.

/// Whether a field of this name stands at `at`; `field` receives it.
template <std::size_t N>
[[gnu::always_inline]] inline bool isAt(FieldIterator& at, const FieldIterator& end,
                                        const char (&key)[N], ondemand::field& field) {
    if (at == end || bad((*at).get(field)))
        return false;
    const char* const raw = field.key().raw();
    return std::memcmp(raw, key, N - 1) == 0 && raw[N - 1] == '"';
}

/// Text without escapes. Broken UTF-8 and control characters are found with the structure.
[[gnu::always_inline]] inline bool isPlainText(ondemand::value value, std::string_view& text) {
    text = value.raw_json_token();
    return text.front() == '"' && std::ranges::find(text, '\\') == text.end();
}

[[gnu::always_inline]] inline bool isInteger(ondemand::value value) {
    std::uint64_t number;
    return !bad(value.get_uint64().get(number));
}

[[gnu::always_inline]] inline bool isExpectedSite(ondemand::object site) {
    ondemand::field field;
    std::string_view text;
    FieldIterator at = site.begin().value_unsafe();
    const FieldIterator end = site.end().value_unsafe();
    if (!isAt(at, end, "name", field) || !isPlainText(field.value(), text))
        return false;
    ++at;
    if (!isAt(at, end, "floor", field) || !isInteger(field.value()))
        return false;
    ++at;
    return at == end;
}

[[gnu::always_inline]] inline bool readExpectedReading(ondemand::object reading, Reading& row) {
    ondemand::field field;
    double number;
    FieldIterator at = reading.begin().value_unsafe();
    const FieldIterator end = reading.end().value_unsafe();
    if (!isAt(at, end, "celsius", field))
        return false;
    row.celsiusText = field.value().raw_json_token();
    if (bad(field.value().get_double().get(row.celsius)))
        return false;
    ++at;
    if (!isAt(at, end, "battery", field) || bad(field.value().get_double().get(number)))
        return false;
    ++at;
    return at == end;
}

/// Reads all of a row that looks like the rows of the sender; false for any other, sound or not.
[[gnu::always_inline]] inline bool readExpected(ondemand::object object, Reading& row) {
    ondemand::field field;
    ondemand::object inner;
    std::string_view text;
    FieldIterator at = object.begin().value_unsafe();
    const FieldIterator end = object.end().value_unsafe();
    if (!isAt(at, end, "id", field))
        return false;
    row.id = field.value().raw_json_token();
    if (!isInteger(field.value()))
        return false;
    ++at;
    if (!isAt(at, end, "at", field) || !isInteger(field.value()))
        return false;
    ++at;
    if (!isAt(at, end, "device", field) || !isPlainText(field.value(), row.device))
        return false;
    ++at;
    if (!isAt(at, end, "site", field) || bad(field.value().get_object().get(inner)) ||
        !isExpectedSite(inner))
        return false;
    ++at;
    if (!isAt(at, end, "reading", field) || bad(field.value().get_object().get(inner)) ||
        !readExpectedReading(inner, row))
        return false;
    ++at;
    if (!isAt(at, end, "state", field) || !isPlainText(field.value(), text))
        return false;
    ++at;
    return at == end;
}

/// Walks through a value and reads all of it: numbers, texts with their escapes, literals.
bool isValid(ondemand::value value) {
    ondemand::json_type type;
    if (bad(value.type().get(type)))
        return false;
    switch (type) {
    case ondemand::json_type::object:
        for (auto field : value.get_object()) {
            std::string_view key;
            ondemand::value inner;
            if (bad(field.unescaped_key().get(key)) || bad(field.value().get(inner)) ||
                !isValid(inner))
                return false;
        }
        return true;
    case ondemand::json_type::array:
        for (auto element : value.get_array()) {
            ondemand::value inner;
            if (bad(element.get(inner)) || !isValid(inner))
                return false;
        }
        return true;
    case ondemand::json_type::number: return !bad(value.get_number().error());
    case ondemand::json_type::string: return !bad(value.get_string().error());
    case ondemand::json_type::boolean: return !bad(value.get_bool().error());
    case ondemand::json_type::null: return value.is_null();
    }
    return false;
}

bool isValid(ondemand::object object) {
    for (auto field : object) {
        std::string_view key;
        ondemand::value value;
        if (bad(field.unescaped_key().get(key)) || bad(field.value().get(value)) || !isValid(value))
            return false;
    }
    return true;
}

template <typename Document> bool readTrusting(Document& document, Reading& row) {
    ondemand::object object;
    return !bad(document.get_object().get(object)) && readNeeded(object, row);
}

template <typename Document> bool readValidating(Document& document, Reading& row) {
    ondemand::object object;
    if (bad(document.get_object().get(object)))
        return false;
    if (readExpected(object, row))
        return true;
    document.rewind();
    if (bad(document.get_object().get(object)) || !isValid(object))
        return false;
    document.rewind();
    return readTrusting(document, row);
}

/// A row is one line: every document starts one, and there are as many as lines.
bool startsLine(std::string_view lines, std::size_t at) {
    return at == 0 || lines[at - 1] == '\n';
}

/// Sums of bytes, so that the compiler takes as many at once as it can.
std::size_t countLines(std::string_view lines) {
    std::size_t count = 0;
    while (!lines.empty()) {
        const std::string_view block = lines.substr(0, 128);
        std::uint8_t ends = 0;
        for (const char c : block)
            ends = static_cast<std::uint8_t>(ends + (c == '\n' ? 1 : 0));
        count += ends;
        lines.remove_prefix(block.size());
    }
    return count;
}

template <bool validates>
bool performOn(std::string_view lines, ondemand::parser& parser, RowOutput& out,
               std::uint64_t& rows) {
    ondemand::document_stream documents;
    if (bad(parser.iterate_many(lines.data(), lines.size(), lines.size() + LineChunks::kPadding)
                .get(documents)))
        return false;
    std::size_t count = 0;
    for (auto at = documents.begin(); at != documents.end(); ++at) {
        auto document = *at;
        Reading row;
        if (!(validates ? startsLine(lines, at.current_index()) && readValidating(document, row)
                        : readTrusting(document, row)))
            return false;
        ++count;
        if (row.celsius > kWarm) {
            print(out, row);
            ++rows;
        }
    }
    return !validates || count == countLines(lines);
}

template <bool validates> bool perform(LineChunks& chunks, RowOutput& out, std::uint64_t& rows) {
    ondemand::parser parser;
    for (std::string_view lines = chunks.next(); !lines.empty(); lines = chunks.next())
        if (!performOn<validates>(lines, parser, out, rows))
            return false;
    out.flush();
    return out.good();
}

} // namespace

} // namespace fuseboard::peers

int main(int argc, char** argv) {
    using namespace fuseboard::peers;
    const PeerClock clock;
    if (argc != 4)
        return EXIT_FAILURE;
    LineChunks chunks(argv[2]);
    RowOutput out(argv[3]);
    std::uint64_t rows = 0;
    const bool trusts = std::string_view(argv[1]) == "trust";
    if (!chunks.good() || !out.good() ||
        !(trusts ? perform<false>(chunks, out, rows) : perform<true>(chunks, out, rows)))
        return EXIT_FAILURE;
    clock.report(rows);
    return EXIT_SUCCESS;
}
