// SPDX-License-Identifier: Apache-2.0
// The operators that run here, in palette order. A new one is its file plus its line in this list:
// OPERATOR(name) stands for `OperatorSpec nameOperator()` in the file of that name.
#include "engine/operators/operator_body.h"

#include <algorithm>
#include <array>

#define FB_OPERATORS(OPERATOR)                                                                     \
    OPERATOR(passthrough)                                                                          \
    OPERATOR(select)                                                                               \
    OPERATOR(filter)                                                                               \
    OPERATOR(explode)                                                                              \
    OPERATOR(script)                                                                               \
    OPERATOR(batch)                                                                                \
    OPERATOR(deduplicate)                                                                          \
    OPERATOR(route)                                                                                \
    OPERATOR(union)                                                                                \
    OPERATOR(sample)                                                                               \
    OPERATOR(limit)

namespace fuseboard {

#define FB_DECLARE(name) OperatorSpec name##Operator();
FB_OPERATORS(FB_DECLARE)
#undef FB_DECLARE

namespace {

class BuiltinCatalogue final : public Catalogue {
public:
    BuiltinCatalogue() {
#define FB_ADD(name) m_specs.push_back(name##Operator());
        FB_OPERATORS(FB_ADD)
#undef FB_ADD
        for (const OperatorSpec& spec : m_specs)
            m_infos.push_back(&spec);
    }
    [[nodiscard]] const OperatorInfo* find(std::string_view name) const override {
        return findSpec(name);
    }
    [[nodiscard]] const OperatorSpec* findSpec(std::string_view name) const {
        const auto at = std::find_if(m_specs.begin(), m_specs.end(),
                                     [&](const OperatorSpec& spec) { return spec.name == name; });
        return at == m_specs.end() ? nullptr : &*at;
    }
    [[nodiscard]] std::span<const OperatorInfo* const> all() const override { return m_infos; }

private:
    std::vector<OperatorSpec> m_specs;
    std::vector<const OperatorInfo*> m_infos;
};

const BuiltinCatalogue& catalogue() {
    static const BuiltinCatalogue instance;
    return instance;
}

} // namespace

const Catalogue& builtinCatalogue() {
    return catalogue();
}

const OperatorSpec* findOperator(std::string_view name) {
    return catalogue().findSpec(name);
}

} // namespace fuseboard
