// SPDX-License-Identifier: Apache-2.0
// Fields that hold a list of rows: windows of a select and branches of a route.
#include "views/inspector/field_rows.h"
#include "views/inspector/parameter_field.h"
#include "views/script_editor/script_editor.h"
#include "views/theme/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

#include <functional>

namespace fuseboard {

namespace {

QToolButton* removeButton(const QString& what) {
    auto* button = new QToolButton;
    button->setIcon(Theme::instance().icon(QStringLiteral("close"), Token::Ink3));
    button->setIconSize({12, 12});
    button->setToolTip(what);
    button->setAccessibleName(what);
    return button;
}

QPushButton* addButton(const QString& what) {
    auto* button = new QPushButton(what);
    button->setProperty("look", "small");
    button->setIcon(Theme::instance().icon(QStringLiteral("plus")));
    button->setIconSize({12, 12});
    return button;
}

/// One window: name, kind and length.
class WindowRow : public QWidget {
public:
    WindowRow(WindowSpec window, const std::function<void()>& edited,
              const std::function<void()>& finished, const std::function<void(WindowRow*)>& removed)
        : m_window(std::move(window)), m_name(new QLineEdit), m_kind(new QComboBox),
          m_size(new QLineEdit), m_interval(new DurationEdit),
          m_aligned(new QCheckBox(QObject::tr("End on the clock, not after the first row"))) {
        auto* column = new QVBoxLayout(this);
        column->setContentsMargins(0, 0, 0, 4);
        column->setSpacing(4);
        auto* first = new QHBoxLayout;
        first->setSpacing(6);
        m_name->setAccessibleName(QObject::tr("Name of the window"));
        m_kind->addItems({QObject::tr("by time"), QObject::tr("by rows")});
        m_kind->setAccessibleName(QObject::tr("Kind of window"));
        QToolButton* remove = removeButton(QObject::tr("Remove this window"));
        first->addWidget(m_name, 1);
        first->addWidget(m_kind);
        first->addWidget(remove);
        column->addLayout(first);
        column->addWidget(m_size);
        column->addWidget(m_interval);
        column->addWidget(m_aligned);
        show(m_window);
        connect(m_name, &QLineEdit::textEdited, this, edited);
        connect(m_size, &QLineEdit::textEdited, this, edited);
        connect(m_interval, &DurationEdit::edited, this, edited);
        connect(m_kind, &QComboBox::activated, this, [this, edited] {
            arrange();
            edited();
        });
        connect(m_aligned, &QCheckBox::clicked, this, edited);
        connect(m_name, &QLineEdit::editingFinished, this, finished);
        connect(m_size, &QLineEdit::editingFinished, this, finished);
        connect(m_interval, &DurationEdit::finished, this, finished);
        connect(remove, &QToolButton::clicked, this, [this, removed] { removed(this); });
    }

    void show(const WindowSpec& window) {
        m_window = window;
        showText(*m_name, QString::fromStdString(window.name));
        const bool byRows = window.kind == WindowSpec::Kind::Size;
        m_kind->setCurrentIndex(byRows ? 1 : 0);
        if (byRows)
            showText(*m_size, QString::number(window.amount));
        else
            m_interval->setValue(window.amount);
        m_aligned->setChecked(window.aligned);
        arrange();
    }

    [[nodiscard]] WindowSpec window() const {
        WindowSpec window = m_window;
        window.name = m_name->text().trimmed().toStdString();
        const bool byRows = m_kind->currentIndex() == 1;
        window.kind = byRows ? WindowSpec::Kind::Size : WindowSpec::Kind::Interval;
        window.amount =
            byRows ? m_size->text().trimmed().toULongLong() : m_interval->value().value_or(0);
        window.aligned = !byRows && m_aligned->isChecked();
        return window;
    }

private:
    void arrange() {
        const bool byRows = m_kind->currentIndex() == 1;
        m_size->setVisible(byRows);
        m_interval->setVisible(!byRows);
        m_aligned->setVisible(!byRows);
    }

    WindowSpec m_window;
    QLineEdit* m_name;
    QComboBox* m_kind;
    QLineEdit* m_size;
    DurationEdit* m_interval;
    QCheckBox* m_aligned;
};

bool sameWindow(const WindowSpec& a, const WindowSpec& b) {
    return a.name == b.name && a.kind == b.kind && a.amount == b.amount && a.aligned == b.aligned &&
           a.maxGroups == b.maxGroups;
}

/// Rows one below the other with a button to add another; what a row is, the sub-class knows.
template <class Row> class ListField : public ParameterField {
public:
    explicit ListField(const QString& add) : m_rowsLayout(new QVBoxLayout) {
        auto* column = new QVBoxLayout(this);
        column->setContentsMargins(0, 0, 0, 0);
        column->setSpacing(4);
        m_rowsLayout->setSpacing(4);
        column->addLayout(m_rowsLayout);
        QPushButton* button = addButton(add);
        column->addWidget(button, 0, Qt::AlignLeft);
        connect(button, &QPushButton::clicked, this, [this] {
            append();
            Q_EMIT edited();
            Q_EMIT finished();
        });
    }

protected:
    virtual void append() = 0;

    void place(Row* row) {
        m_rows.push_back(row);
        m_rowsLayout->addWidget(row);
    }
    void drop(Row* row) {
        std::erase(m_rows, row);
        m_rowsLayout->removeWidget(row);
        row->hide();
        row->deleteLater();
    }
    void dropAll() {
        while (!m_rows.empty())
            drop(m_rows.back());
    }
    std::function<void()> tellEdited() {
        return [this] { Q_EMIT edited(); };
    }
    std::function<void()> tellFinished() {
        return [this] { Q_EMIT finished(); };
    }
    std::function<void(Row*)> tellRemoved() {
        return [this](Row* row) {
            drop(row);
            Q_EMIT edited();
            Q_EMIT finished();
        };
    }

    std::vector<Row*> m_rows;

private:
    QVBoxLayout* m_rowsLayout;
};

class WindowsField final : public ListField<WindowRow> {
public:
    WindowsField() : ListField(QObject::tr("Add window")) {}

    void setParameter(const Parameter* value) override {
        const auto* windows =
            value == nullptr ? nullptr : std::get_if<std::vector<WindowSpec>>(value);
        const std::vector<WindowSpec> all =
            windows == nullptr ? std::vector<WindowSpec>() : *windows;
        if (all.size() != m_rows.size()) {
            dropAll();
            for (const WindowSpec& window : all)
                place(makeRow(window));
            return;
        }
        for (std::size_t i = 0; i < all.size(); ++i) {
            if (!sameWindow(all[i], m_rows[i]->window()))
                m_rows[i]->show(all[i]);
        }
    }

    [[nodiscard]] std::optional<Parameter> parameter() const override {
        std::vector<WindowSpec> all;
        for (const WindowRow* row : m_rows)
            all.push_back(row->window());
        return all.empty() ? std::nullopt : std::optional<Parameter>(std::move(all));
    }

private:
    void append() override {
        WindowSpec window;
        window.amount = 10'000'000'000;
        window.name = "10secs";
        if (!m_rows.empty()) {
            window = m_rows.back()->window();
            window.amount *= 6;
            window.name = "window" + std::to_string(m_rows.size() + 1);
        }
        place(makeRow(window));
    }
    WindowRow* makeRow(const WindowSpec& window) {
        return new WindowRow(window, tellEdited(), tellFinished(), tellRemoved());
    }
};

/// One way out: the port's name and its condition.
class BranchRow : public QWidget {
public:
    BranchRow(const NamedExpression& branch, const Definitions& definitions,
              const QString& placeholder, const std::function<void()>& edited,
              const std::function<void()>& finished, const std::function<void(BranchRow*)>& removed)
        : m_name(new QLineEdit), m_when(new ScriptEditor(ScriptKind::Expression)) {
        auto* column = new QVBoxLayout(this);
        column->setContentsMargins(0, 0, 0, 4);
        column->setSpacing(4);
        auto* first = new QHBoxLayout;
        first->setSpacing(6);
        m_name->setPlaceholderText(QObject::tr("port"));
        m_name->setAccessibleName(QObject::tr("Port of the branch"));
        QToolButton* remove = removeButton(QObject::tr("Remove this branch"));
        first->addWidget(m_name, 1);
        first->addWidget(remove);
        column->addLayout(first);
        m_when->setDefinitions(definitions);
        m_when->setRows(1, 5);
        m_when->setPlaceholder(placeholder);
        m_when->setName(QObject::tr("Condition"));
        column->addWidget(m_when);
        show(branch);
        connect(m_name, &QLineEdit::textEdited, this, edited);
        connect(m_name, &QLineEdit::editingFinished, this, finished);
        connect(m_when, &ScriptEditor::edited, this, edited);
        connect(m_when, &ScriptEditor::finished, this, finished);
        connect(remove, &QToolButton::clicked, this, [this, removed] { removed(this); });
    }

    void show(const NamedExpression& branch) {
        showText(*m_name, QString::fromStdString(branch.name));
        const QString when = QString::fromStdString(branch.expression.text);
        if (when != m_when->text())
            m_when->setText(when);
    }

    [[nodiscard]] NamedExpression branch() const {
        NamedExpression branch;
        branch.name = m_name->text().trimmed().toStdString();
        if (const auto value = m_when->parameter(); value)
            branch.expression = std::get<Expression>(*value);
        return branch;
    }
    [[nodiscard]] const std::optional<Error>& error() const { return m_when->error(); }

private:
    QLineEdit* m_name;
    ScriptEditor* m_when;
};

class BranchesField final : public ListField<BranchRow> {
public:
    explicit BranchesField(const ParameterSpec& spec)
        : ListField(QObject::tr("Add branch")),
          m_placeholder(QString::fromStdString(spec.placeholder)) {}

    void setParameter(const Parameter* value) override {
        const auto* branches =
            value == nullptr ? nullptr : std::get_if<std::vector<NamedExpression>>(value);
        const std::vector<NamedExpression> all =
            branches == nullptr ? std::vector<NamedExpression>() : *branches;
        if (all.size() != m_rows.size()) {
            dropAll();
            for (const NamedExpression& branch : all)
                place(makeRow(branch));
            return;
        }
        for (std::size_t i = 0; i < all.size(); ++i)
            m_rows[i]->show(all[i]);
    }

    void setContext(const Config&, const Definitions& definitions) override {
        m_definitions = definitions;
    }

    [[nodiscard]] std::optional<Parameter> parameter() const override {
        std::vector<NamedExpression> all;
        for (const BranchRow* row : m_rows)
            all.push_back(row->branch());
        return all.empty() ? std::nullopt : std::optional<Parameter>(std::move(all));
    }

    [[nodiscard]] std::optional<Error> error() const override {
        for (const BranchRow* row : m_rows) {
            if (row->error())
                return row->error();
        }
        return std::nullopt;
    }

private:
    void append() override {
        NamedExpression branch;
        branch.name = "branch" + std::to_string(m_rows.size() + 1);
        place(makeRow(branch));
    }
    BranchRow* makeRow(const NamedExpression& branch) {
        return new BranchRow(branch, m_definitions, m_placeholder, tellEdited(), tellFinished(),
                             tellRemoved());
    }

    QString m_placeholder;
    Definitions m_definitions; ///< of the pipeline, for rows to come
};

} // namespace

ParameterField* makeWindowsField() {
    return new WindowsField;
}

ParameterField* makeBranchesField(const ParameterSpec& spec) {
    return new BranchesField(spec);
}

} // namespace fuseboard
