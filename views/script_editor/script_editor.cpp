// SPDX-License-Identifier: Apache-2.0
#include "views/script_editor/script_editor.h"

#include "engine/script/parser.h"
#include "views/script_editor/code_field.h"
#include "views/theme/theme.h"

#include <QLabel>
#include <QTimer>
#include <QVBoxLayout>

namespace fuseboard {

namespace {

constexpr int kPauseMs = 250;

QString sentence(const std::string& text) {
    QString words = QString::fromStdString(text);
    if (!words.isEmpty())
        words[0] = words[0].toUpper();
    return words;
}

/// Text that does not parse, kept as it is.
Parameter brokenText(ScriptKind kind, const std::string& text) {
    if (kind == ScriptKind::GroupBy)
        return GroupByText{text, nullptr};
    Expression expression;
    expression.text = text;
    return expression;
}

} // namespace

Result<Parameter> parseScriptText(ScriptKind kind, const std::string& name, const std::string& text,
                                  const GroupBy* groupBy, const Definitions& definitions) {
    if (kind == ScriptKind::GroupBy) {
        FB_TRY_ASSIGN(GroupByPtr tree, parseGroupBy(name, text, &definitions));
        return Parameter(GroupByText{text, std::move(tree)});
    }
    if (kind == ScriptKind::Script) {
        FB_TRY_ASSIGN(Expression script, parseScriptBody(name, text, &definitions));
        return Parameter(std::move(script));
    }
    if (kind == ScriptKind::Expression) {
        FB_TRY_ASSIGN(Expression plain,
                      parseExpression(name, text, ExpressionUse::Plain, &definitions));
        return Parameter(std::move(plain));
    }
    FB_TRY_ASSIGN(Expression target,
                  parseExpression(name, text, ExpressionUse::Windowed, &definitions));
    FB_TRY_ASSIGN(Expression bound, bindWindowedTarget(std::move(target), groupBy));
    bound.text = text;
    return Parameter(std::move(bound));
}

ScriptEditor::ScriptEditor(ScriptKind kind, QWidget* parent)
    : QWidget(parent), m_kind(kind), m_field(new CodeField), m_message(new QLabel),
      m_pause(new QTimer(this)) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addWidget(m_field);
    m_message->setWordWrap(true);
    m_message->setFont(themed(TextStyle::Small));
    m_message->setTextFormat(Qt::PlainText);
    m_message->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_message->hide();
    column->addWidget(m_message);
    m_pause->setSingleShot(true);
    m_pause->setInterval(kPauseMs);
    connect(m_field, &QPlainTextEdit::textChanged, m_pause, qOverload<>(&QTimer::start));
    connect(m_pause, &QTimer::timeout, this, [this] {
        parse();
        Q_EMIT edited();
    });
    connect(m_field, &CodeField::finished, this, [this] {
        flush();
        Q_EMIT finished();
    });
    connect(m_field, &CodeField::covered, this, &ScriptEditor::flush);
    setFocusProxy(m_field);
}

void ScriptEditor::flush() {
    if (!m_pause->isActive())
        return;
    m_pause->stop();
    parse();
    Q_EMIT edited();
}

void ScriptEditor::setKind(ScriptKind kind, GroupByPtr groupBy) {
    m_kind = kind;
    m_groupBy = std::move(groupBy);
}

void ScriptEditor::setDefinitions(Definitions definitions) {
    m_definitions = std::move(definitions);
}

void ScriptEditor::setText(const QString& text) {
    if (text != m_field->toPlainText())
        m_field->setPlainText(text);
    m_pause->stop();
    parse();
}

QString ScriptEditor::text() const {
    return m_field->toPlainText();
}

void ScriptEditor::setPlaceholder(const QString& text) {
    m_field->setPlaceholderText(text);
}

void ScriptEditor::setRows(int least, int most) {
    m_field->setRows(least, most);
}

void ScriptEditor::setName(const QString& name) {
    m_name = name.toStdString();
    m_field->setAccessibleName(name);
}

void ScriptEditor::showError(const std::optional<Error>& error) {
    if (!m_error)
        show(error);
}

void ScriptEditor::show(const std::optional<Error>& error) {
    m_field->setError(error);
    m_message->setVisible(error.has_value());
    if (!error)
        return;
    QString text = sentence(error->message);
    if (error->place.line > 0 && m_field->blockCount() > 1)
        text = tr("Line %1: %2").arg(error->place.line).arg(QString::fromStdString(error->message));
    if (!error->hint.empty())
        text += QStringLiteral("\n") + sentence(error->hint);
    m_message->setText(text);
    QPalette colors = m_message->palette();
    colors.setColor(QPalette::WindowText, themed(Token::Err));
    m_message->setPalette(colors);
}

void ScriptEditor::parse() {
    const std::string text = m_field->toPlainText().toStdString();
    m_error.reset();
    m_parameter.reset();
    if (!QString::fromStdString(text).trimmed().isEmpty()) {
        Result<Parameter> parsed =
            parseScriptText(m_kind, m_name, text, m_groupBy.get(), m_definitions);
        if (parsed) {
            m_parameter = std::move(*parsed);
        } else {
            m_error = std::move(parsed).error();
            m_parameter = brokenText(m_kind, text);
        }
    }
    show(m_error);
}

} // namespace fuseboard
