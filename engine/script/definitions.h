// SPDX-License-Identifier: Apache-2.0
// The functions that a pipeline defines for its expressions. They are part of the document: its
// expressions are read with them at hand, and saved with them.
#pragma once

#include "engine/base/result.h"
#include "engine/script/ast.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace fuseboard {

/// Functions by name, callees before their callers. The names are unique and no two functions that
/// differ share one. A plain value: copies share the functions, which are immutable.
class Definitions {
public:
    [[nodiscard]] const std::vector<UserFunctionPtr>& functions() const { return m_functions; }
    [[nodiscard]] bool empty() const { return m_functions.empty(); }
    /// By canonical name; null if there is none.
    [[nodiscard]] UserFunctionPtr find(std::string_view name) const;

    /// Takes a function that calls only functions that are here; the name must be free.
    void add(UserFunctionPtr function);

    /// The tree with each function that it calls, and each that those call, taken in: one that is
    /// here already is shared, and one whose name stands for something else here gets a free name
    /// ("f_2"). A tree that calls no function, or only functions from here, stays as it is.
    [[nodiscard]] ExprPtr adopt(const ExprPtr& tree);
    [[nodiscard]] GroupByPtr adopt(const GroupByPtr& by);

private:
    using Known = std::map<const UserFunction*, UserFunctionPtr>;
    ExprPtr adopt(const ExprPtr& tree, Known& known);
    GroupByPtr adopt(const GroupByPtr& by, Known& known);
    UserFunctionPtr adopt(const UserFunctionPtr& function, Known& known);

    std::vector<UserFunctionPtr> m_functions;
    std::map<std::string, UserFunctionPtr, std::less<>> m_byName;
};

/// The definition as a program writes it: "fn name(a, b) with … end" or "… of case … end", without
/// the module of its name.
[[nodiscard]] std::string printFunction(const UserFunction& function);

/// Reads one definition. `name` is the canonical name, of which the text holds the last part; the
/// functions that it calls must be in `known`.
[[nodiscard]] Result<UserFunctionPtr> parseFunction(const std::string& name, std::string text,
                                                    const Definitions& known);

/// The identity of a function whose other members are set: the hash of its name, its text and the
/// identities of the functions that it calls.
[[nodiscard]] std::string digestOf(const UserFunction& function);

} // namespace fuseboard
