// SPDX-License-Identifier: Apache-2.0
#include "views/inspector/parameter_field.h"

#include "views/script_editor/script_editor.h"

#include <QVBoxLayout>

namespace fuseboard {

namespace {

class ScriptField final : public ParameterField {
public:
    ScriptField(const ParameterSpec& spec, ScriptKind kind)
        : m_kind(kind), m_isTarget(spec.name == "target"), m_editor(new ScriptEditor(kind)) {
        auto* column = new QVBoxLayout(this);
        column->setContentsMargins(0, 0, 0, 0);
        column->addWidget(m_editor);
        m_editor->setName(QString::fromStdString(spec.title));
        m_editor->setPlaceholder(QString::fromStdString(spec.placeholder));
        const bool tall = m_isTarget || kind == ScriptKind::Script;
        m_editor->setRows(tall ? 3 : 1, tall ? 14 : 5);
        connect(m_editor, &ScriptEditor::edited, this, &ParameterField::edited);
        connect(m_editor, &ScriptEditor::finished, this, &ParameterField::finished);
        setFocusProxy(m_editor);
    }

    void setParameter(const Parameter* value) override {
        QString text;
        if (value != nullptr) {
            if (const auto* expression = std::get_if<Expression>(value))
                text = QString::fromStdString(expression->text);
            else if (const auto* by = std::get_if<GroupByText>(value))
                text = QString::fromStdString(by->text);
        }
        if (text != m_editor->text())
            m_editor->setText(text);
    }

    [[nodiscard]] std::optional<Parameter> parameter() const override {
        return m_editor->parameter();
    }
    [[nodiscard]] std::optional<Error> error() const override { return m_editor->error(); }

    void setContext(const Config& config, const Definitions& definitions) override {
        m_editor->setDefinitions(definitions);
        if (!m_isTarget)
            return;
        const auto* windows = config.windows("windows");
        const bool windowed = windows != nullptr && !windows->empty();
        m_editor->setKind(windowed ? ScriptKind::Windowed : m_kind, config.groupBy("group_by"));
    }

private:
    ScriptKind m_kind;
    bool m_isTarget;
    ScriptEditor* m_editor;
};

} // namespace

ParameterField* makeParameterField(const ParameterSpec& spec) {
    switch (spec.type) {
    case ParameterType::Expression: return new ScriptField(spec, ScriptKind::Expression);
    case ParameterType::Script: return new ScriptField(spec, ScriptKind::Script);
    case ParameterType::GroupBy: return new ScriptField(spec, ScriptKind::GroupBy);
    case ParameterType::Windows: return makeWindowsField();
    case ParameterType::Branches: return makeBranchesField(spec);
    case ParameterType::Integer:
    case ParameterType::Duration:
    case ParameterType::Float:
    case ParameterType::Text:
    case ParameterType::Bool:
    case ParameterType::Choice:
    case ParameterType::Fields: break;
    }
    return makeValueField(spec);
}

} // namespace fuseboard
