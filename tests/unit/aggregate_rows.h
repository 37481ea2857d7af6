// SPDX-License-Identifier: Apache-2.0
// A state of an aggregate with what it takes to feed it, for the tests of aggregates.
#pragma once

#include "engine/formats/json_text.h"
#include "engine/script/aggregate.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>

namespace fuseboard {

class AggregateState {
public:
    explicit AggregateState(std::string_view name) : m_spec(findAggregate(name)) {
        FB_CHECK(m_spec != nullptr);
        FB_CHECK_LE(m_spec->stateBytes, m_bytes.size());
        m_spec->init(m_bytes.data());
    }
    AggregateState(const AggregateState&) = delete;
    AggregateState& operator=(const AggregateState&) = delete;
    ~AggregateState() { m_spec->destroy(m_bytes.data()); }

    bool add(const Value& value, std::uint64_t sequence = 0) {
        const Value arguments[] = {value};
        const std::size_t count = m_spec->maxArguments == 0 ? 0 : 1;
        return m_spec->accumulate(m_bytes.data(), std::span<const Value>(arguments).first(count),
                                  sequence, m_context);
    }
    bool add(const Value& value, const Value& second) {
        const Value arguments[] = {value, second};
        return m_spec->accumulate(m_bytes.data(), std::span<const Value>(arguments), 0, m_context);
    }
    bool merge(const AggregateState& newer) {
        return m_spec->merge(m_bytes.data(), newer.m_bytes.data(), m_context);
    }
    [[nodiscard]] Value result() {
        Value out;
        EXPECT_TRUE(m_spec->result(m_bytes.data(), m_context, out)) << m_context.errorMessage;
        return out;
    }
    [[nodiscard]] bool fails() {
        Value out;
        return !m_spec->result(m_bytes.data(), m_context, out);
    }
    [[nodiscard]] std::string json() { return printJson(result()); }
    [[nodiscard]] std::size_t bytes() const {
        return m_spec->stateBytes +
               (m_spec->heapBytes == nullptr ? 0 : m_spec->heapBytes(m_bytes.data()));
    }
    [[nodiscard]] const FunctionContext& context() const { return m_context; }

private:
    alignas(8) std::array<std::byte, 64> m_bytes{};
    const AggregateSpec* m_spec;
    Arena m_arena;
    FunctionContext m_context{m_arena, 0, 0};
};

} // namespace fuseboard
