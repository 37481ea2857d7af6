// SPDX-License-Identifier: Apache-2.0
#include "views/inspector/binding_form.h"

#include "views/document/endpoint_kinds.h"
#include "views/inspector/field_rows.h"
#include "views/inspector/section.h"

#include <QComboBox>
#include <QCoreApplication>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLayoutItem>
#include <QPushButton>
#include <QVBoxLayout>

#include <memory>

namespace fuseboard {

namespace {

QString settingText(const PortBinding& binding, std::string_view key) {
    if (!binding.settings->isRecord())
        return {};
    const Value* value = binding.settings->find(key);
    if (value == nullptr)
        return {};
    if (value->isString())
        return QString::fromUtf8(value->asString().data(), qsizetype(value->asString().size()));
    if (value->kind() == Kind::U64)
        return QString::number(value->asU64());
    return value->isNumber() ? QString::number(value->toDouble(), 'g', 15) : QString();
}

PortBinding withSetting(const PortBinding& binding, std::string_view key,
                        const std::optional<Value>& value) {
    Arena arena(1024);
    RecordBuilder builder;
    if (binding.settings->isRecord())
        builder.assign(binding.settings->fields());
    if (value)
        builder.set(key, *value);
    else
        builder.erase(key);
    PortBinding changed = binding;
    changed.settings = OwnedValue(builder.build(arena));
    return changed;
}

} // namespace

BindingForm::BindingForm(GraphDocument& document, Item port, QWidget* parent)
    : QWidget(parent), m_document(document), m_port(std::move(port)),
      m_column(new QVBoxLayout(this)) {
    m_column->setContentsMargins(0, 14, 0, 0);
    m_column->setSpacing(10);
    build();
}

PortBinding BindingForm::binding() const {
    const Graph& graph = *m_document.graph();
    const auto port = isInput() ? graph.findInput(m_port.id) : graph.findOutput(m_port.id);
    if (!port)
        return {};
    return isInput() ? *graph.inputBinding(*port) : *graph.outputBinding(*port);
}

void BindingForm::add(QWidget* row, std::function<void()> show) {
    m_column->addWidget(row);
    show();
    m_shows.push_back(std::move(show));
}

void BindingForm::build() {
    m_shows.clear();
    while (m_column->count() > 0) {
        const std::unique_ptr<QLayoutItem> item(m_column->takeAt(0));
        if (QWidget* widget = item->widget(); widget != nullptr) {
            widget->hide();
            widget->deleteLater();
        }
    }
    m_shownConnector = binding().connector;
    addConnector();
    if (m_shownConnector == "file")
        addFile();
    if (m_shownConnector == "generator")
        addGenerator();
    if (isInput())
        addClock();
}

void BindingForm::refresh() {
    if (binding().connector != m_shownConnector) {
        build();
        return;
    }
    for (const auto& show : m_shows)
        show();
}

void BindingForm::addConnector() {
    auto* box = new QComboBox;
    box->addItem(isInput() ? tr("Chosen when run") : tr("Nowhere, rows are counted"), QString());
    for (const EndpointKind& kind : endpointKinds()) {
        if (kind.isSource == isInput())
            box->addItem(
                QCoreApplication::translate("EndpointKind", kind.title),
                QString::fromUtf8(kind.connector.data(), qsizetype(kind.connector.size())));
    }
    connect(box, &QComboBox::activated, this, [this, box] {
        const QString name = box->currentData().toString();
        PortBinding changed = binding();
        for (const EndpointKind& kind : endpointKinds()) {
            if (kind.isSource == isInput() && name == QString::fromUtf8(kind.connector.data()))
                changed.settings = defaultBinding(kind).settings;
        }
        changed.connector = name.toStdString();
        m_document.setBinding(m_port, std::move(changed));
    });
    add(labelledRow(isInput() ? tr("Read from") : tr("Write to"), box), [this, box] {
        box->setCurrentIndex(
            std::max(0, box->findData(QString::fromStdString(binding().connector))));
    });
}

void BindingForm::choosePath() {
    const QString now = settingText(binding(), "path");
    const QString path = isInput()
                             ? QFileDialog::getOpenFileName(window(), tr("Choose data"), now)
                             : QFileDialog::getSaveFileName(window(), tr("Write rows to"), now);
    if (!path.isEmpty())
        m_document.setBinding(m_port, withText(binding(), "path", path.toStdString()));
}

void BindingForm::addFile() {
    auto* field = new QWidget;
    auto* row = new QHBoxLayout(field);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(6);
    auto* path = new QLineEdit;
    path->setObjectName(QStringLiteral("path"));
    auto* choose = new QPushButton(tr("Choose…"));
    row->addWidget(path, 1);
    row->addWidget(choose);
    field->setFocusProxy(path);
    connect(choose, &QPushButton::clicked, this, &BindingForm::choosePath);
    connect(path, &QLineEdit::editingFinished, this, [this, path] {
        if (path->text() != settingText(binding(), "path"))
            m_document.setBinding(m_port, withText(binding(), "path", path->text().toStdString()));
    });
    add(labelledRow(tr("File"), field,
                    isInput() ? tr("Plain or compressed: .gz, .zst, .xz") : QString()),
        [this, path] { showText(*path, settingText(binding(), "path")); });
    std::vector<std::pair<QString, QString>> formats{{tr("By its ending"), QString()},
                                                     {tr("NDJSON"), QStringLiteral("ndjson")},
                                                     {tr("CSV"), QStringLiteral("csv")}};
    if (isInput()) {
        formats.emplace_back(tr("Influx line protocol"), QStringLiteral("influx"));
        formats.emplace_back(tr("Lines of text"), QStringLiteral("lines"));
    }
    addChoice(tr("Format"), "format", formats);
}

void BindingForm::addGenerator() {
    addChoice(tr("Shape"), "shape",
              {{tr("Metrics"), QStringLiteral("metrics")},
               {tr("Access log"), QStringLiteral("logs")},
               {tr("Orders"), QStringLiteral("orders")},
               {tr("Nested records"), QStringLiteral("nested")},
               {tr("Nexmark auction"), QStringLiteral("nexmark")}});
    addNumber(tr("Rows"), "rows", {}, QStringLiteral("1000"));
    addNumber(tr("Seed"), "seed", tr("The same seed gives the same rows everywhere"),
              QStringLiteral("1"));
    addNumber(tr("Keys"), "keys", tr("Different hosts, clients or customers"),
              tr("the shape's own"));
    addText(tr("Broken rows"), "faults", tr("Share of rows that cannot be read, 0 to 1"),
            QStringLiteral("0"));
}

void BindingForm::addClock() {
    auto* box = new QComboBox;
    box->setEditable(true);
    box->addItems({QString(), QStringLiteral("wall"), QStringLiteral("index"),
                   QStringLiteral("event.timestamp:ms")});
    const auto commit = [this, box] {
        GraphProperties properties = m_document.graph()->properties();
        const std::string clock = box->currentText().trimmed().toStdString();
        if (properties.clock == clock)
            return;
        properties.clock = clock;
        m_document.setProperties(properties);
    };
    connect(box, &QComboBox::activated, this, commit);
    connect(box->lineEdit(), &QLineEdit::editingFinished, this, commit);
    add(labelledRow(tr("Clock"), box,
                    tr("Where event time comes from: “wall”, “index” (one nanosecond a row), or a "
                       "field with its unit, such as event.timestamp:ms")),
        [this, box] {
            box->setEditText(QString::fromStdString(m_document.graph()->properties().clock));
        });
}

void BindingForm::addText(const QString& title, const char* key, const QString& hint,
                          const QString& placeholder) {
    auto* line = new QLineEdit;
    line->setPlaceholderText(placeholder);
    line->setObjectName(QString::fromLatin1(key));
    connect(line, &QLineEdit::editingFinished, this, [this, line, key] {
        if (line->text() != settingText(binding(), key))
            m_document.setBinding(m_port, withText(binding(), key, line->text().toStdString()));
    });
    add(labelledRow(title, line, hint),
        [this, line, key] { showText(*line, settingText(binding(), key)); });
}

void BindingForm::addNumber(const QString& title, const char* key, const QString& hint,
                            const QString& placeholder) {
    auto* line = new QLineEdit;
    line->setPlaceholderText(placeholder);
    line->setObjectName(QString::fromLatin1(key));
    connect(line, &QLineEdit::editingFinished, this, [this, line, key] {
        const QString text = line->text().trimmed();
        bool isNumber = false;
        const std::uint64_t number = text.toULongLong(&isNumber);
        markInvalid(*line, !text.isEmpty() && !isNumber);
        if ((!text.isEmpty() && !isNumber) || text == settingText(binding(), key))
            return;
        m_document.setBinding(
            m_port, withSetting(binding(), key,
                                text.isEmpty() ? std::nullopt : std::optional(Value::u64(number))));
    });
    add(labelledRow(title, line, hint),
        [this, line, key] { showText(*line, settingText(binding(), key)); });
}

void BindingForm::addChoice(const QString& title, const char* key,
                            const std::vector<std::pair<QString, QString>>& choices) {
    auto* box = new QComboBox;
    for (const auto& [text, value] : choices)
        box->addItem(text, value);
    connect(box, &QComboBox::activated, this, [this, box, key] {
        m_document.setBinding(
            m_port, withText(binding(), key, box->currentData().toString().toStdString()));
    });
    add(labelledRow(title, box), [this, box, key] {
        box->setCurrentIndex(std::max(0, box->findData(settingText(binding(), key))));
    });
}

} // namespace fuseboard
