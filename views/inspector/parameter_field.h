// SPDX-License-Identifier: Apache-2.0
// The controls of a form: one for each kind of parameter, made from its description.
#pragma once

#include "engine/graph/contract.h"
#include "engine/script/definitions.h"

#include <QWidget>

#include <optional>

namespace fuseboard {

/// Shows and edits one parameter. GUI thread only.
class ParameterField : public QWidget {
    Q_OBJECT

public:
    using QWidget::QWidget;
    /// Shows a value without a signal; nullptr: none is given. Leaves the control alone when it
    /// shows that value already.
    virtual void setParameter(const Parameter* value) = 0;
    /// nullopt: nothing is given.
    [[nodiscard]] virtual std::optional<Parameter> parameter() const = 0;
    /// What is shown cannot be taken as a value (yet).
    [[nodiscard]] virtual bool isIncomplete() const { return false; }
    /// Remark and its icon for the field's heading, such as "1 error".
    [[nodiscard]] virtual std::optional<Error> error() const { return std::nullopt; }
    /// Context that a value depends on: windows and group-by of the same node, and the functions of
    /// the pipeline.
    virtual void setContext(const Config&, const Definitions&) {}

Q_SIGNALS:
    void edited();   ///< the value is another one
    void finished(); ///< the user has left the control
};

[[nodiscard]] ParameterField* makeParameterField(const ParameterSpec& spec);

// By kind; the factory calls them.
[[nodiscard]] ParameterField* makeValueField(const ParameterSpec& spec);
[[nodiscard]] ParameterField* makeWindowsField();
[[nodiscard]] ParameterField* makeBranchesField(const ParameterSpec& spec);

} // namespace fuseboard
