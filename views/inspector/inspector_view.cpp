// SPDX-License-Identifier: Apache-2.0
#include "views/inspector/inspector_view.h"

#include "views/document/node_text.h"
#include "views/document/number_text.h"
#include "views/document/selection.h"
#include "views/inspector/binding_form.h"
#include "views/inspector/edge_form.h"
#include "views/inspector/field_rows.h"
#include "views/inspector/fusion_texts.h"
#include "views/inspector/parameter_form.h"
#include "views/inspector/pipeline_form.h"
#include "views/inspector/prediction_section.h"
#include "views/inspector/schema_section.h"
#include "views/inspector/section.h"
#include "views/script_editor/script_editor.h"

#include <QApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPainter>
#include <QScrollArea>
#include <QScrollBar>
#include <QVBoxLayout>

namespace fuseboard {

namespace {

/// The tinted square with the node's icon.
class IconTile : public QWidget {
public:
    IconTile(QString icon, Token tint, Token ink)
        : m_icon(std::move(icon)), m_tint(tint), m_ink(ink) {
        setFixedSize(32, 32);
    }

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(themed(m_tint));
        painter.drawRoundedRect(rect(), 8, 8);
        Theme::instance().paintIcon(painter, QRectF(8, 8, 16, 16), m_icon, themed(m_ink));
    }

private:
    QString m_icon;
    Token m_tint, m_ink;
};

} // namespace

InspectorView::InspectorView(GraphDocument& document, QWidget* parent)
    : QWidget(parent), m_document(document), m_scroll(new QScrollArea) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    m_scroll->setWidgetResizable(true);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setFrameShape(QFrame::NoFrame);
    column->addWidget(m_scroll);
    connect(&document.selection(), &Selection::aboutToChange, this, &InspectorView::commitPending);
    connect(&document.selection(), &Selection::changed, this, &InspectorView::rebuild);
    connect(&document, &GraphDocument::contentReset, this, &InspectorView::rebuild);
    connect(&document, &GraphDocument::graphChanged, this, &InspectorView::refreshContent);
    connect(&document, &GraphDocument::optimizedChanged, this, &InspectorView::refreshSections);
    connect(&document, &GraphDocument::problemsChanged, this, &InspectorView::refreshSections);
    connect(&document, &GraphDocument::figuresChanged, this, &InspectorView::refreshRuns);
    rebuild();
}

ParameterField* InspectorView::field(const std::string& parameter) const {
    return m_form == nullptr ? nullptr : m_form->field(parameter);
}

void InspectorView::focusFirstField() {
    if (m_form != nullptr)
        m_form->focusError();
    else if (m_binding != nullptr)
        m_binding->setFocus(Qt::OtherFocusReason);
}

void InspectorView::commitPending() {
    for (ScriptEditor* editor : findChildren<ScriptEditor*>())
        editor->flush();
    QWidget* page = m_scroll->widget();
    auto* line = qobject_cast<QLineEdit*>(QApplication::focusWidget());
    if (line != nullptr && page != nullptr && page->isAncestorOf(line))
        Q_EMIT line->editingFinished();
}

const NodeData* InspectorView::drawnNode() const {
    const auto index = m_document.graph()->findNode(m_nodeId);
    return m_nodeId.empty() || !index ? nullptr : &m_document.graph()->node(*index);
}

/// The page may go in the middle of an undo, or of a signal of its own: it must not commit what its
/// fields hold when they lose the focus, and it lives until the event loop is back.
void InspectorView::dropPage() {
    QWidget* page = m_scroll->takeWidget();
    if (page == nullptr)
        return;
    for (QObject* child : page->findChildren<QObject*>())
        child->blockSignals(true);
    page->hide();
    page->deleteLater();
}

void InspectorView::rebuild() {
    dropPage();
    m_form = nullptr;
    m_binding = nullptr;
    m_pipeline = nullptr;
    m_nodeId.clear();
    m_sections.clear();
    m_runs.clear();
    m_contents.clear();
    m_inspected.reset();
    auto* page = new QWidget;
    m_column = new QVBoxLayout(page);
    m_column->setContentsMargins(12, 12, 12, 16);
    m_column->setSpacing(0);
    const Item* current = m_document.selection().current();
    const Side side = m_document.selection().side();
    if (current != nullptr && elementOf(*m_document.graph(side), *current)) {
        m_inspected = Inspected::of(m_document, side, *current);
        if (current->isNode())
            buildNode(*m_inspected);
        else if (current->isEdge())
            buildEdge(*m_inspected);
        else
            buildPort(*m_inspected);
    } else {
        buildPipeline();
    }
    m_column->addStretch(1);
    m_scroll->setWidget(page);
    refreshSections();
}

void InspectorView::addHeader(const QString& icon, Token tint, Token ink, const QString& title,
                              const QString& kind,
                              const std::function<void(const QString&)>& rename) {
    auto* header = new QWidget;
    auto* row = new QHBoxLayout(header);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(10);
    row->addWidget(new IconTile(icon, tint, ink), 0, Qt::AlignTop);
    auto* names = new QVBoxLayout;
    names->setSpacing(0);
    if (rename) {
        auto* name = new QLineEdit(title);
        name->setObjectName(QStringLiteral("name"));
        name->setAccessibleName(tr("Name"));
        name->setToolTip(tr("Click to rename"));
        name->setFont(themed(TextStyle::Heading15));
        name->setFrame(false);
        name->setTextMargins(-2, 0, 0, 0); // the field keeps 2 px for itself
        name->setStyleSheet(QStringLiteral(
            "QLineEdit { border: 0; background: transparent; padding: 0; min-height: 18px;"
            " max-height: 18px; font-size: 15px; font-weight: 600; }"));
        connect(name, &QLineEdit::editingFinished, this, [name, rename] { rename(name->text()); });
        names->addWidget(name);
    } else {
        names->addWidget(wrappedText(title, Token::Ink, TextStyle::Heading15));
    }
    names->addWidget(wrappedText(kind));
    row->addLayout(names, 1);
    m_column->addWidget(header);
}

void InspectorView::buildNode(const Inspected& inspected) {
    const Graph& own = *m_document.graph(inspected.side);
    const NodeData& shown = own.node(*own.findNode(inspected.item.id));
    for (const Item& item : inspected.drawn) {
        if (item.isNode() && (m_nodeId.empty() || item.id == inspected.item.id))
            m_nodeId = item.id;
    }
    const OperatorInfo* info = m_document.catalogue().find(shown.operatorName);
    const bool isDrawn = inspected.side == Side::Drawn;
    QString kind = kindOf(m_document.catalogue(), shown);
    const QString detail = detailOf(m_document.catalogue(), shown);
    if (!detail.isEmpty() && !detail.contains(QLatin1Char('{')))
        kind += QStringLiteral(": ") +
                (detail.size() > 60 ? detail.left(57) + QStringLiteral("…") : detail);
    std::function<void(const QString&)> rename;
    if (!m_nodeId.empty()) {
        rename = [this, id = m_nodeId](const QString& label) {
            const NodeData* node = drawnNode();
            if (node != nullptr && !label.trimmed().isEmpty() && label != titleOf(*node))
                m_document.rename(Item::node(id), label.trimmed());
        };
    }
    addHeader(iconOf(m_document.catalogue(), shown), isDrawn ? Token::DrawnSoft : Token::FusedSoft,
              isDrawn ? Token::Drawn : Token::Fused, titleOf(shown), kind, rename);
    m_column->addWidget(makeMatchLine(m_document, inspected));
    const auto section = [&](const QString& title, const std::function<void(Section&)>& fill) {
        auto* made = new Section(title);
        m_column->addWidget(made);
        m_sections.emplace_back([made, fill] { fill(*made); });
    };
    section(tr("Problems"), [this](Section& at) {
        fillProblems(at, m_document, m_nodeId, [this] { focusFirstField(); });
    });
    auto* contract = new Section(tr("Contract"));
    m_column->addWidget(contract);
    m_contents.emplace_back([this, contract] {
        if (const NodeData* node = drawnNode(); node != nullptr)
            fillContract(*contract, m_document, *node);
    });
    fillContract(*contract, m_document, shown);
    section(tr("Schema"), [this](Section& at) {
        fillNodeSchema(at, m_document, m_inspected->side, m_inspected->item.id);
    });
    if (drawnNode() != nullptr && info != nullptr && !info->parameters.empty()) {
        m_form = new ParameterForm(m_document, m_nodeId);
        m_column->addWidget(m_form);
    }
    auto* run = new Section(tr("This run"));
    m_column->addWidget(run);
    m_runs.emplace_back([this, run] { fillFigures(*run, m_document, *m_inspected); });
    auto* predicted = new Section(tr("Predicted and measured"));
    m_column->addWidget(predicted);
    m_runs.emplace_back(
        [this, predicted] { fillPredictions(*predicted, m_document, *m_inspected); });
    auto* fusion = new Section(tr("Why fused?"));
    m_column->addWidget(fusion);
    m_runs.emplace_back([this, fusion] { fillFusion(*fusion, m_document, *m_inspected); });
    section(tr("Changed by the optimiser"),
            [this](Section& at) { fillChanges(at, m_document, *m_inspected); });
    section(tr("Refused"), [this](Section& at) { fillRefusals(at, m_document, *m_inspected); });
    if (info != nullptr && !info->help.empty()) {
        auto* about = new Section(tr("About %1").arg(QString::fromStdString(info->title)));
        about->add(wrappedText(QString::fromStdString(info->help).remove(QLatin1Char('`'))));
        m_column->addWidget(about);
    }
}

void InspectorView::buildPort(const Inspected& inspected) {
    const Graph& graph = *m_document.graph();
    const bool isInput = inspected.item.kind == Element::Kind::InputPort;
    const auto port =
        isInput ? graph.findInput(inspected.item.id) : graph.findOutput(inspected.item.id);
    if (!port)
        return;
    const PortBinding& binding = isInput ? *graph.inputBinding(*port) : *graph.outputBinding(*port);
    addHeader(portIcon(binding, isInput), Token::Sel, Token::Ink2,
              portTitle(binding, inspected.item.id, isInput),
              isInput ? tr("Source, port %1").arg(QString::fromStdString(inspected.item.id))
                      : tr("Sink, port %1").arg(QString::fromStdString(inspected.item.id)),
              [this, item = inspected.item](const QString& label) {
                  m_document.rename(item, label.trimmed());
              });
    m_binding = new BindingForm(m_document, inspected.item);
    m_column->addWidget(m_binding);
    if (isInput)
        addSourceSchema(inspected.item.id);
    auto* run = new Section(tr("This run"));
    m_column->addWidget(run);
    m_runs.emplace_back([this, run] { fillFigures(*run, m_document, *m_inspected); });
}

void InspectorView::addSourceSchema(const std::string& port) {
    auto* schema = new Section(tr("Schema"));
    m_column->addWidget(schema);
    const auto fill = [this, schema, port] {
        fillSourceSchema(
            *schema, m_document, port, m_pinning == port,
            [this, port] { Q_EMIT pinRequested(port); },
            [this, port] { m_document.setSchema(port, std::nullopt); });
    };
    m_contents.emplace_back(fill);
    fill();
}

void InspectorView::setPinning(const std::string& port) {
    m_pinning = port;
    for (const auto& refresh : m_contents)
        refresh();
}

void InspectorView::buildEdge(const Inspected& inspected) {
    addHeader(QStringLiteral("pass"), Token::Sel, Token::Ink2, tr("Edge"),
              tr("Carries rows from one node to the next"), {});
    auto* section = new Section(inspected.side == Side::Drawn ? tr("As drawn") : tr("Optimised"));
    m_column->addWidget(section);
    m_runs.emplace_back([this, section] {
        section->clear();
        section->add(new EdgeForm(m_document, m_inspected->side, m_inspected->item.edge));
        section->finish();
    });
}

void InspectorView::buildPipeline() {
    addHeader(QStringLiteral("merge"), Token::Sel, Token::Ink2, m_document.displayName(),
              tr("Pipeline: select a node to see and change it"), {});
    m_pipeline = new PipelineForm(m_document);
    m_column->addWidget(m_pipeline);
}

void InspectorView::refreshContent() {
    const Item* current = m_document.selection().current();
    const bool gone =
        m_inspected &&
        (current == nullptr || !elementOf(*m_document.graph(m_inspected->side), m_inspected->item));
    if (gone) {
        rebuild();
        return;
    }
    if (m_form != nullptr)
        m_form->refresh();
    if (m_binding != nullptr)
        m_binding->refresh();
    if (m_pipeline != nullptr)
        m_pipeline->refresh();
    for (const auto& refresh : m_contents)
        refresh();
    if (const NodeData* node = drawnNode(); node != nullptr) {
        auto* name = m_scroll->widget()->findChild<QLineEdit*>(QStringLiteral("name"));
        if (name != nullptr && !name->hasFocus())
            showText(*name, titleOf(*node));
    }
}

void InspectorView::refreshSections() {
    if (m_inspected && elementOf(*m_document.graph(m_inspected->side), m_inspected->item))
        m_inspected = Inspected::of(m_document, m_inspected->side, m_inspected->item);
    for (const auto& refresh : m_sections)
        refresh();
    refreshRuns();
}

void InspectorView::refreshRuns() {
    for (const auto& refresh : m_runs)
        refresh();
}

} // namespace fuseboard
