// SPDX-License-Identifier: Apache-2.0
#include "views/inspector/parameter_form.h"

#include "views/inspector/parameter_field.h"
#include "views/inspector/section.h"
#include "views/script_editor/script_editor.h"

#include <QLabel>
#include <QVBoxLayout>

namespace fuseboard {

namespace {

bool isCode(ParameterType type) {
    return type == ParameterType::Expression || type == ParameterType::Script ||
           type == ParameterType::GroupBy || type == ParameterType::Branches;
}

/// What a target means depends on the windows and the group-by beside it, so it is read again.
Config withTargetReadAgain(Config config, const Definitions& definitions) {
    const Expression* target = config.expression("target");
    if (target == nullptr || target->text.empty())
        return config;
    const auto* windows = config.windows("windows");
    const bool windowed = windows != nullptr && !windows->empty();
    const GroupByPtr by = config.groupBy("group_by");
    const std::string text = target->text;
    Result<Parameter> parsed =
        parseScriptText(windowed ? ScriptKind::Windowed : ScriptKind::Expression, "target", text,
                        by.get(), definitions);
    Expression broken;
    broken.text = text;
    config.set("target", parsed ? std::move(*parsed) : Parameter(std::move(broken)));
    return config;
}

} // namespace

ParameterForm::ParameterForm(GraphDocument& document, std::string nodeId, QWidget* parent)
    : QWidget(parent), m_document(document), m_nodeId(std::move(nodeId)) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    const NodeData* shown = node();
    const OperatorInfo* info =
        shown == nullptr ? nullptr : document.catalogue().find(shown->operatorName);
    if (info == nullptr)
        return;
    for (const ParameterSpec& spec : info->parameters)
        addRow(spec);
    refresh();
}

void ParameterForm::addRow(const ParameterSpec& spec) {
    Row row{&spec, makeParameterField(spec), nullptr};
    auto* section = new QWidget;
    auto* column = new QVBoxLayout(section);
    column->setContentsMargins(0, 14, 0, 0);
    column->setSpacing(6);
    if (spec.type != ParameterType::Bool) {
        row.header = new SectionHeader(QString::fromStdString(spec.title));
        column->addWidget(row.header);
    }
    column->addWidget(row.field);
    if (!spec.summary.empty())
        column->addWidget(
            wrappedText(QString::fromStdString(spec.summary), Token::Ink3, TextStyle::Small));
    row.field->setObjectName(QString::fromStdString(spec.name));
    layout()->addWidget(section);
    m_rows.push_back(row);
    connect(row.field, &ParameterField::edited, this, [this, row] { commit(row); });
    connect(row.field, &ParameterField::finished, this, [this] { m_document.endMerge(); });
}

const NodeData* ParameterForm::node() const {
    const auto index = m_document.graph()->findNode(m_nodeId);
    return index ? &m_document.graph()->node(*index) : nullptr;
}

ParameterField* ParameterForm::field(const std::string& parameter) const {
    for (const Row& row : m_rows) {
        if (row.spec->name == parameter)
            return row.field;
    }
    return nullptr;
}

void ParameterForm::focusError() {
    for (const Row& row : m_rows) {
        if (row.field->error() || row.field->isIncomplete()) {
            row.field->setFocus(Qt::OtherFocusReason);
            return;
        }
    }
    if (!m_rows.empty())
        m_rows.front().field->setFocus(Qt::OtherFocusReason);
}

void ParameterForm::showState(const Row& row) {
    if (row.header == nullptr)
        return;
    if (row.field->error() || row.field->isIncomplete())
        row.header->setRemark(tr("1 error"), QStringLiteral("error"), Token::Err);
    else if (isCode(row.spec->type) && row.field->parameter())
        row.header->setRemark(tr("no errors"), QStringLiteral("check"));
    else
        row.header->setRemark(row.spec->required ? tr("required") : tr("optional"));
}

void ParameterForm::commit(const Row& row) {
    const NodeData* shown = node();
    if (shown == nullptr)
        return;
    showState(row);
    if (row.field->isIncomplete())
        return;
    m_committing = true;
    const std::optional<Parameter> value = row.field->parameter();
    const std::string& name = row.spec->name;
    const bool changesTarget = name == "windows" || name == "group_by";
    if (changesTarget && shown->config.expression("target") != nullptr) {
        Config config = shown->config;
        if (value)
            config.set(name, *value);
        else
            config.erase(name);
        m_document.setConfig(
            m_nodeId, withTargetReadAgain(std::move(config), m_document.graph()->definitions()),
            tr("Change %1").arg(QString::fromStdString(row.spec->title)));
    } else if (value) {
        m_document.setParameter(m_nodeId, name, *value);
    } else {
        m_document.clearParameter(m_nodeId, name);
    }
    m_committing = false;
    if (changesTarget)
        refresh();
}

void ParameterForm::refresh() {
    const NodeData* shown = node();
    if (shown == nullptr || m_committing)
        return;
    for (const Row& row : m_rows) {
        row.field->setContext(shown->config, m_document.graph()->definitions());
        row.field->setParameter(shown->config.find(row.spec->name));
        showState(row);
    }
}

} // namespace fuseboard
