// SPDX-License-Identifier: Apache-2.0
// Extractors: the tests behind `~` in patterns (re|…|, glob|…|, json|| …), which also take text
// apart. Compiled once when a program is read, then shared by all threads.
#pragma once

#include "engine/base/result.h"
#include "engine/script/function.h"
#include "engine/value/value.h"

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace fuseboard {

/// Immutable and thread-safe. A subject that is not a string never matches.
class Extractor {
public:
    /// `kind` is glob, re, rerg, base64, json, kv, dissect, grok, cidr, influx or datetime, in any
    /// case; `pattern` is the text between the bars, escapes resolved. Fails with UnknownName or
    /// InvalidSyntax.
    [[nodiscard]] static Result<std::shared_ptr<const Extractor>> make(std::string_view kind,
                                                                       std::string pattern);

    virtual ~Extractor() = default;
    Extractor(const Extractor&) = delete;
    Extractor& operator=(const Extractor&) = delete;

    /// Whether the subject passes; no result is made.
    [[nodiscard]] virtual bool matches(const Value& subject) const = 0;
    /// False when the subject does not pass. The result lives in the context's arena, in the
    /// subject or in this extractor.
    [[nodiscard]] virtual bool extract(const Value& subject, FunctionContext& context,
                                       Value& result) const = 0;

    /// The kind in lower case, and the pattern as given: for printing and comparison.
    [[nodiscard]] const std::string& name() const { return m_name; }
    [[nodiscard]] const std::string& pattern() const { return m_pattern; }

protected:
    Extractor(std::string name, std::string pattern)
        : m_name(std::move(name)), m_pattern(std::move(pattern)) {}

private:
    std::string m_name;
    std::string m_pattern;
};

} // namespace fuseboard
