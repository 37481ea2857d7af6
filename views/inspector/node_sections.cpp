// SPDX-License-Identifier: Apache-2.0
#include "views/inspector/node_sections.h"

#include "views/document/node_text.h"
#include "views/document/number_text.h"
#include "views/inspector/fusion_texts.h"
#include "views/inspector/prediction_section.h"
#include "views/inspector/section.h"
#include "views/widgets/chip.h"
#include "views/widgets/flow_layout.h"

#include <QCoreApplication>
#include <QFrame>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>

#include <algorithm>
#include <set>

namespace fuseboard {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("Inspector", text);
}

/// The mark of a side: hollow for as drawn, solid for optimised.
class SideKey : public QWidget {
public:
    explicit SideKey(Side side) : m_side(side) { setFixedSize(10, 16); }

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const QRectF box(0, 3, 10, 10);
        if (m_side == Side::Drawn) {
            QPen pen(themed(Token::Drawn), 2, Qt::SolidLine, Qt::FlatCap);
            pen.setDashPattern({1.8, 1.2});
            painter.setPen(pen);
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 2, 2);
        } else {
            painter.setPen(Qt::NoPen);
            painter.setBrush(themed(Token::Fused));
            painter.drawRoundedRect(box, 3, 3);
        }
    }

private:
    Side m_side;
};

/// A tinted box with a border: what was done, or what is wrong.
class Callout : public QFrame {
public:
    Callout(Token fill, Token border) : m_fill(fill), m_border(border) {}

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(themed(m_border), 1));
        painter.setBrush(themed(m_fill));
        painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
    }

private:
    Token m_fill, m_border;
};

class IconBox : public QWidget {
public:
    IconBox(QString icon, Token color) : m_icon(std::move(icon)), m_color(color) {
        setFixedSize(14, 16);
    }

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        Theme::instance().paintIcon(painter, QRectF(0, 1, 14, 14), m_icon, themed(m_color));
    }

private:
    QString m_icon;
    Token m_color;
};

QWidget* iconLine(const QString& icon, Token color, const QString& text) {
    auto* line = new QWidget;
    auto* row = new QHBoxLayout(line);
    row->setContentsMargins(0, 0, 0, 2);
    row->setSpacing(8);
    row->addWidget(new IconBox(icon, color), 0, Qt::AlignTop);
    row->addWidget(wrappedText(text), 1);
    return line;
}

QLabel* cell(const QString& text, Token color, TextStyle style, Qt::Alignment alignment) {
    QLabel* label = wrappedText(text, color, style);
    label->setWordWrap(false);
    label->setAlignment(alignment);
    label->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    return label;
}

/// Sums what is known of all items of a side.
struct SideFigures {
    std::optional<double> rowsPerSecond, p99Ns, meanNs, busyShare;
    std::uint64_t errors = 0;
    bool sampled = false;
};

std::optional<SideFigures> figuresOf(const GraphDocument& document, Side side, const Items& items) {
    const FiguresPtr& figures = document.figures(side);
    if (figures == nullptr)
        return std::nullopt;
    std::optional<SideFigures> sum;
    for (const Item& item : items) {
        const NodeFigures* found = figures->find(item);
        if (found == nullptr)
            continue;
        if (!sum)
            sum.emplace();
        const auto most = [](std::optional<double>& into, const std::optional<double>& value) {
            if (value)
                into = std::max(into.value_or(0), *value);
        };
        most(sum->rowsPerSecond, found->rowsPerSecond);
        most(sum->p99Ns, found->p99Ns);
        most(sum->meanNs, found->meanNs);
        if (found->busyShare)
            sum->busyShare = sum->busyShare.value_or(0) + *found->busyShare;
        sum->errors += found->errors;
        sum->sampled = sum->sampled || found->sampled;
    }
    return sum;
}

std::set<std::string> idsOf(const Inspected& inspected) {
    std::set<std::string> ids;
    for (const Items* items : {&inspected.drawn, &inspected.optimised}) {
        for (const Item& item : *items) {
            if (item.isNode())
                ids.insert(item.id);
        }
    }
    if (inspected.item.isNode())
        ids.insert(inspected.item.id);
    return ids;
}

std::vector<RewriteNote> notesFor(const GraphDocument& document, const Inspected& inspected) {
    if (document.optimized() == nullptr || document.isOptimizedStale())
        return {};
    return notesOf(*document.optimized(), document.passPosition(), idsOf(inspected));
}

int numberOf(const Graph& graph, const Item& item) {
    int number = 0;
    const auto order = graph.topologicalOrder();
    for (const NodeIndex node : order ? *order : graph.nodes()) {
        ++number;
        if (graph.node(node).id == item.id)
            return number;
    }
    return 0;
}

QString nodeName(const GraphDocument& document, Side side, const Items& items) {
    const QString name = side == Side::Drawn ? tr("As drawn") : tr("Optimised");
    QStringList numbers;
    for (const Item& item : items) {
        if (item.isNode())
            numbers << QString::number(numberOf(*document.graph(side), item));
    }
    if (numbers.isEmpty())
        return name;
    if (numbers.size() > 3)
        return tr("%1, %2 nodes").arg(name).arg(numbers.size());
    return (numbers.size() == 1 ? tr("%1, node %2") : tr("%1, nodes %2"))
        .arg(name, numbers.join(QStringLiteral(", ")));
}

} // namespace

Inspected Inspected::of(const GraphDocument& document, Side side, const Item& item) {
    Inspected inspected{side, item, {}, {}};
    const bool hasPlan = document.optimized() != nullptr;
    inspected.drawn = side == Side::Drawn ? Items{item}
                      : hasPlan           ? document.counterparts().of(Side::Optimised, item)
                                          : Items{};
    inspected.optimised = side == Side::Optimised ? Items{item}
                          : hasPlan               ? document.counterparts().of(Side::Drawn, item)
                                                  : Items{};
    return inspected;
}

QWidget* makeMatchLine(const GraphDocument& document, const Inspected& inspected) {
    auto* line = new QWidget;
    auto* flow = new FlowLayout(line, 6);
    flow->setContentsMargins(0, 10, 0, 0);
    const auto add = [&](Side side, const Items& items) {
        auto* part = new QWidget;
        auto* row = new QHBoxLayout(part);
        row->setContentsMargins(0, 0, 0, 0);
        row->setSpacing(6);
        row->addWidget(new SideKey(side));
        row->addWidget(cell(nodeName(document, side, items), Token::Ink, TextStyle::Small,
                            Qt::AlignLeft | Qt::AlignVCenter));
        flow->addWidget(part);
    };
    const auto remark = [&](const QString& text) {
        QLabel* label = cell(text, Token::Ink3, TextStyle::Small, Qt::AlignVCenter);
        label->setMinimumHeight(16); // as high as the keys beside it
        flow->addWidget(label);
    };
    add(Side::Drawn, inspected.drawn);
    if (document.optimized() != nullptr && !document.isOptimizedStale()) {
        const bool isNode = std::ranges::any_of(inspected.optimised, &Item::isNode);
        if (isNode || !inspected.item.isNode()) {
            remark(tr("matches"));
            add(Side::Optimised, inspected.optimised);
        } else {
            remark(tr("removed when optimised"));
        }
    }
    return line;
}

void fillContract(Section& section, const GraphDocument& document, const NodeData& node) {
    section.clear();
    const Contract contract = contractOf(document.catalogue(), node);
    auto* chips = new QWidget;
    auto* flow = new FlowLayout(chips, 6);
    const auto add = [&](const char* icon, const QString& text) {
        flow->addWidget(new Chip(QString::fromLatin1(icon), text));
    };
    switch (contract.state) {
    case StateKind::None: add("memory", tr("stateless")); break;
    case StateKind::Node:
        add("memory", contract.breaker ? tr("holds rows") : tr("keeps state"));
        break;
    case StateKind::Key: add("memory", tr("state per key")); break;
    }
    add("same", contract.deterministic ? tr("deterministic") : tr("not deterministic"));
    add("one", cardinalityText(contract));
    add("shield", contract.sideEffects ? tr("side effects") : tr("no side effects"));
    if (contract.usesTime)
        add("clock", tr("uses time"));
    if (!contract.mayRaise)
        add("check", tr("cannot fail"));
    section.add(chips);
    section.finish();
}

void fillFigures(Section& section, const GraphDocument& document, const Inspected& inspected) {
    section.clear();
    const auto drawn = figuresOf(document, Side::Drawn, inspected.drawn);
    const auto optimised = figuresOf(document, Side::Optimised, inspected.optimised);
    if (!drawn && !optimised) {
        section.finish();
        return;
    }
    const FiguresPtr& of = document.figures(drawn ? Side::Drawn : Side::Optimised);
    if (of->live)
        section.header().setRemark(tr("running"));
    else if (document.areFiguresStale())
        section.header().setRemark(tr("before the last edit"));
    else
        section.header().setRemark(of->run > 0 ? QStringLiteral("#%1").arg(of->run) : QString());
    auto* table = new QWidget;
    auto* grid = new QGridLayout(table);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setVerticalSpacing(4);
    grid->setColumnStretch(0, 1);
    grid->setColumnMinimumWidth(1, 88);
    grid->setColumnMinimumWidth(2, 88);
    const auto right = Qt::AlignRight | Qt::AlignVCenter;
    grid->addWidget(cell(tr("as drawn"), Token::Drawn, TextStyle::Small, right), 0, 1);
    grid->addWidget(cell(tr("optimised"), Token::Fused, TextStyle::Small, right), 0, 2);
    int line = 1;
    const auto add = [&](const QString& name, std::optional<double> SideFigures::* member,
                         const std::function<QString(double)>& text) {
        const auto value = [&](const std::optional<SideFigures>& side) -> std::optional<double> {
            return side ? (*side).*member : std::nullopt;
        };
        if (!value(drawn) && !value(optimised))
            return;
        const auto shown = [&](const std::optional<double>& figure) {
            return figure ? text(*figure) : QStringLiteral("–");
        };
        grid->addWidget(cell(name, Token::Ink2, TextStyle::Body, Qt::AlignLeft), line, 0);
        grid->addWidget(cell(shown(value(drawn)), Token::Ink, TextStyle::Body, right), line, 1);
        grid->addWidget(cell(shown(value(optimised)), Token::Ink, TextStyle::BodyStrong, right),
                        line++, 2);
    };
    add(tr("Rows/s"), &SideFigures::rowsPerSecond, amountText);
    add(tr("p99"), &SideFigures::p99Ns, durationText);
    add(tr("Mean, sampled"), &SideFigures::meanNs, durationText);
    add(tr("Busy"), &SideFigures::busyShare, percentText);
    section.add(table);
    section.finish();
}

void fillFusion(Section& section, const GraphDocument& document, const Inspected& inspected) {
    section.clear();
    if (document.optimized() == nullptr || document.isOptimizedStale()) {
        section.add(
            wrappedText(document.problems().empty()
                            ? tr("The passes are running.")
                            : tr("No plan yet. Passes run again when all problems are fixed.")));
        section.finish();
        return;
    }
    for (const RewriteNote& note : notesFor(document, inspected)) {
        if (!note.isFusion || !note.applied)
            continue;
        section.header().setRemark(tr("pass %1").arg(note.pass));
        auto* box = new Callout(Token::FusedSoft, Token::FusedLine);
        auto* column = new QVBoxLayout(box);
        column->setContentsMargins(10, 8, 10, 8);
        column->setSpacing(6);
        column->addWidget(wrappedText(note.text, Token::Ink));
        section.add(box);
        if (QWidget* bars = makeSavingBars(document, note.nodes, note.savingNsPerRow);
            bars != nullptr)
            section.add(bars);
        else if (note.savingNsPerRow > 0)
            section.add(wrappedText(
                tr("Predicted to save %1 a row.").arg(durationText(note.savingNsPerRow)),
                Token::Ink2, TextStyle::Small));
    }
    section.finish();
}

void fillChanges(Section& section, const GraphDocument& document, const Inspected& inspected) {
    section.clear();
    for (const RewriteNote& note : notesFor(document, inspected)) {
        if (note.applied && !note.isFusion)
            section.add(iconLine(QStringLiteral("check"), Token::Ink3, note.text));
    }
    section.finish();
}

void fillRefusals(Section& section, const GraphDocument& document, const Inspected& inspected) {
    section.clear();
    for (const RewriteNote& note : notesFor(document, inspected)) {
        if (!note.applied)
            section.add(iconLine(QStringLiteral("nul"), Token::Ink3, note.text));
    }
    section.finish();
}

void fillProblems(Section& section, GraphDocument& document, const std::string& nodeId,
                  const std::function<void()>& focusField) {
    section.clear();
    const auto problems = document.problemsOf(nodeId);
    section.header().setRemark(QString::number(problems.size()));
    for (const Error* problem : problems) {
        auto* box = new Callout(Token::Field, Token::Line2);
        auto* row = new QHBoxLayout(box);
        row->setContentsMargins(10, 8, 10, 10);
        row->setSpacing(8);
        row->addWidget(new IconBox(QStringLiteral("error"), Token::Err), 0, Qt::AlignTop);
        auto* column = new QVBoxLayout;
        column->setSpacing(4);
        column->addWidget(
            wrappedText(sentenceOf(problem->message), Token::Ink, TextStyle::BodyStrong));
        if (!problem->hint.empty())
            column->addWidget(wrappedText(sentenceOf(problem->hint)));
        auto* buttons = new QHBoxLayout;
        buttons->setSpacing(8);
        const auto button = [&](const QString& text, const std::function<void()>& act) {
            auto* push = new QPushButton(text);
            push->setProperty("look", "small");
            QObject::connect(push, &QPushButton::clicked, &section, act);
            buttons->addWidget(push);
        };
        if (focusField)
            button(tr("Edit"), focusField);
        button(tr("Bypass node"), [&document, nodeId] { document.setBypassed({nodeId}, true); });
        buttons->addStretch(1);
        column->addLayout(buttons);
        row->addLayout(column, 1);
        section.add(box);
    }
    section.finish();
}

} // namespace fuseboard
