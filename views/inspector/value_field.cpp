// SPDX-License-Identifier: Apache-2.0
// Fields of plain values: numbers, durations, texts, choices, switches and lists of event paths.
#include "views/inspector/field_rows.h"
#include "views/inspector/parameter_field.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QSignalBlocker>

#include <cmath>

namespace fuseboard {

namespace {

QString textOf(std::string_view utf8) {
    return QString::fromUtf8(utf8.data(), qsizetype(utf8.size()));
}

QString shown(const Value& value) {
    if (value.isString())
        return textOf(value.asString());
    if (value.kind() == Kind::U64)
        return QString::number(value.asU64());
    if (value.kind() == Kind::I64)
        return QString::number(value.asI64());
    if (value.isFloat())
        return QString::number(value.asF64(), 'g', 15);
    if (value.isArray()) {
        QStringList parts;
        for (const Value& item : value.items())
            parts << shown(item);
        return parts.join(QStringLiteral(", "));
    }
    return {};
}

OwnedValue listOf(const QString& text) {
    std::vector<std::string> names;
    for (const QString& part : text.split(QLatin1Char(','), Qt::SkipEmptyParts))
        names.push_back(part.trimmed().toStdString());
    std::vector<Value> items;
    items.reserve(names.size());
    for (const std::string& name : names)
        items.push_back(Value::string(name));
    return OwnedValue(Value::array(items));
}

const Value* plain(const Parameter* value) {
    const auto* owned = value == nullptr ? nullptr : std::get_if<OwnedValue>(value);
    return owned == nullptr ? nullptr : &**owned;
}

class LineField final : public ParameterField {
public:
    explicit LineField(const ParameterSpec& spec) : m_type(spec.type), m_line(new QLineEdit) {
        auto* row = new QHBoxLayout(this);
        row->setContentsMargins(0, 0, 0, 0);
        row->addWidget(m_line);
        QString placeholder = QString::fromStdString(spec.placeholder);
        if (placeholder.isEmpty())
            placeholder = shown(*spec.fallback);
        m_line->setPlaceholderText(placeholder);
        m_line->setAccessibleName(QString::fromStdString(spec.title));
        connect(m_line, &QLineEdit::textEdited, this, [this] {
            markInvalid(*m_line, isIncomplete());
            Q_EMIT edited();
        });
        connect(m_line, &QLineEdit::editingFinished, this, &ParameterField::finished);
        setFocusProxy(m_line);
    }

    void setParameter(const Parameter* value) override {
        const Value* at = plain(value);
        const QString text = at == nullptr ? QString() : shown(*at);
        if (m_type == ParameterType::Fields && at != nullptr && parameter() &&
            shown(*std::get<OwnedValue>(*parameter())) == text)
            return; // the same list, typed with other blanks
        if (!isIncomplete() || !m_line->hasFocus())
            showText(*m_line, text);
        markInvalid(*m_line, isIncomplete());
    }

    [[nodiscard]] std::optional<Parameter> parameter() const override {
        const QString text = m_line->text().trimmed();
        if (text.isEmpty() || isIncomplete())
            return std::nullopt;
        if (m_type == ParameterType::Integer)
            return Parameter(OwnedValue(Value::u64(text.toULongLong())));
        if (m_type == ParameterType::Float)
            return Parameter(OwnedValue(Value::f64(text.toDouble())));
        if (m_type == ParameterType::Fields)
            return Parameter(listOf(text));
        const std::string utf8 = m_line->text().toStdString();
        return Parameter(OwnedValue(Value::string(utf8)));
    }

    [[nodiscard]] bool isIncomplete() const override {
        const QString text = m_line->text().trimmed();
        bool isNumber = true;
        if (!text.isEmpty() && m_type == ParameterType::Integer)
            text.toULongLong(&isNumber);
        else if (!text.isEmpty() && m_type == ParameterType::Float)
            isNumber = std::isfinite(text.toDouble(&isNumber)) && isNumber;
        return !isNumber;
    }

private:
    ParameterType m_type;
    QLineEdit* m_line;
};

class DurationField final : public ParameterField {
public:
    explicit DurationField(const ParameterSpec& spec) : m_edit(new DurationEdit) {
        auto* row = new QHBoxLayout(this);
        row->setContentsMargins(0, 0, 0, 0);
        row->addWidget(m_edit);
        m_edit->setAccessibleName(QString::fromStdString(spec.title));
        connect(m_edit, &DurationEdit::edited, this, &ParameterField::edited);
        connect(m_edit, &DurationEdit::finished, this, &ParameterField::finished);
        setFocusProxy(m_edit);
    }
    void setParameter(const Parameter* value) override {
        const Value* at = plain(value);
        m_edit->setValue(at != nullptr && at->kind() == Kind::U64
                             ? std::optional<std::uint64_t>(at->asU64())
                             : std::nullopt);
    }
    [[nodiscard]] std::optional<Parameter> parameter() const override {
        const auto value = m_edit->value();
        return value ? std::optional<Parameter>(OwnedValue(Value::u64(*value))) : std::nullopt;
    }
    [[nodiscard]] bool isIncomplete() const override { return m_edit->isIncomplete(); }

private:
    DurationEdit* m_edit;
};

class ChoiceField final : public ParameterField {
public:
    explicit ChoiceField(const ParameterSpec& spec)
        : m_fallback(shown(*spec.fallback)), m_box(new QComboBox) {
        auto* row = new QHBoxLayout(this);
        row->setContentsMargins(0, 0, 0, 0);
        row->addWidget(m_box);
        for (const std::string& choice : spec.choices)
            m_box->addItem(QString::fromStdString(choice));
        m_box->setAccessibleName(QString::fromStdString(spec.title));
        connect(m_box, &QComboBox::activated, this, [this] {
            Q_EMIT edited();
            Q_EMIT finished();
        });
        setFocusProxy(m_box);
    }
    void setParameter(const Parameter* value) override {
        const Value* at = plain(value);
        m_box->setCurrentText(at == nullptr ? m_fallback : shown(*at));
    }
    [[nodiscard]] std::optional<Parameter> parameter() const override {
        const std::string text = m_box->currentText().toStdString();
        return Parameter(OwnedValue(Value::string(text)));
    }

private:
    QString m_fallback;
    QComboBox* m_box;
};

class BoolField final : public ParameterField {
public:
    explicit BoolField(const ParameterSpec& spec)
        : m_fallback(spec.fallback->isBool() && spec.fallback->asBool()),
          m_box(new QCheckBox(QString::fromStdString(spec.title))) {
        auto* row = new QHBoxLayout(this);
        row->setContentsMargins(0, 0, 0, 0);
        row->addWidget(m_box);
        connect(m_box, &QCheckBox::clicked, this, [this] {
            Q_EMIT edited();
            Q_EMIT finished();
        });
        setFocusProxy(m_box);
    }
    void setParameter(const Parameter* value) override {
        const Value* at = plain(value);
        m_box->setChecked(at != nullptr && at->isBool() ? at->asBool() : m_fallback);
    }
    [[nodiscard]] std::optional<Parameter> parameter() const override {
        return Parameter(OwnedValue(Value::boolean(m_box->isChecked())));
    }

private:
    bool m_fallback;
    QCheckBox* m_box;
};

} // namespace

ParameterField* makeValueField(const ParameterSpec& spec) {
    switch (spec.type) {
    case ParameterType::Duration: return new DurationField(spec);
    case ParameterType::Choice: return new ChoiceField(spec);
    case ParameterType::Bool: return new BoolField(spec);
    default: return new LineField(spec);
    }
}

} // namespace fuseboard
