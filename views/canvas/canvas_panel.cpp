// SPDX-License-Identifier: Apache-2.0
#include "views/canvas/canvas_panel.h"

#include "views/document/node_text.h"
#include "views/document/number_text.h"
#include "views/theme/tabular_text.h"
#include "views/theme/theme.h"

#include <QFontMetricsF>
#include <QPainter>
#include <QToolButton>
#include <QVBoxLayout>

#include <cmath>

namespace fuseboard {

CanvasHeading::CanvasHeading(CanvasView& view, GraphDocument& document)
    : m_view(view), m_document(document) {
    setFixedHeight(32);
    const auto button = [&](const char* icon, const QString& text, auto slot) {
        auto* tool = new QToolButton(this);
        tool->setIcon(Theme::instance().icon(QString::fromLatin1(icon)));
        tool->setIconSize({14, 14});
        tool->setFixedSize(20, 20);
        tool->setToolTip(text);
        tool->setAccessibleName(text);
        connect(tool, &QToolButton::clicked, &view, slot);
        return tool;
    };
    m_minus = button("minus", tr("Zoom out (−)"), &CanvasView::zoomOut);
    m_plus = button("plus", tr("Zoom in (+)"), &CanvasView::zoomIn);
    m_fit = button("fit", tr("Fit (F)"), &CanvasView::fit);
    connect(&view, &CanvasView::zoomChanged, this, qOverload<>(&QWidget::update));
    connect(&document, &GraphDocument::graphChanged, this, qOverload<>(&QWidget::update));
    connect(&document, &GraphDocument::optimizedChanged, this, qOverload<>(&QWidget::update));
    connect(&document, &GraphDocument::problemsChanged, this, qOverload<>(&QWidget::update));
}

QString CanvasHeading::counts() const {
    const Graph& graph = *m_document.graph(m_view.side());
    std::uint32_t passthroughs = 0, unused = 0, groups = 0;
    for (const NodeIndex node : graph.nodes()) {
        if (graph.inEdges(node).empty() && graph.outEdges(node).empty())
            ++unused;
        else if (isPassthrough(m_document.catalogue(), graph.node(node)))
            ++passthroughs;
    }
    for (const FusedGroup& group : graph.groups())
        groups += group.members.size() + group.inputPorts.size() > 1 ? 1 : 0;
    QStringList parts{pluralText(graph.nodeCount(), tr("node"), tr("nodes"))};
    if (passthroughs > 0)
        parts << pluralText(passthroughs, tr("passthrough"), tr("passthroughs"));
    if (unused > 0)
        parts << tr("%1 unused").arg(unused);
    if (m_view.side() == Side::Optimised && groups > 0)
        parts << pluralText(groups, tr("fused group"), tr("fused groups"));
    if (m_view.side() == Side::Optimised && m_document.isOptimizedStale())
        parts << tr("before the last edit");
    return parts.join(QStringLiteral(" · "));
}

void CanvasHeading::place() {
    const int y = (height() - 20) / 2;
    m_fit->move(width() - 12 - 18, y);
    m_plus->move(width() - 12 - 18 - 26, y);
    m_minus->move(width() - 12 - 18 - 26 - 60, y);
}

void CanvasHeading::resizeEvent(QResizeEvent*) {
    place();
}

void CanvasHeading::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillRect(rect(), themed(Token::Panel));
    painter.fillRect(QRect(0, height() - 1, width(), 1), themed(Token::Line2));
    const bool drawn = m_view.side() == Side::Drawn;
    const QRectF key(12, 11, 10, 10);
    if (drawn) {
        QPen pen(themed(Token::Drawn), 2, Qt::SolidLine, Qt::FlatCap);
        pen.setDashPattern({1.8, 1.2});
        painter.setPen(pen);
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(key.adjusted(1, 1, -1, -1), 2, 2);
    } else {
        painter.setPen(Qt::NoPen);
        painter.setBrush(themed(Token::Fused));
        painter.drawRoundedRect(key, 3, 3);
    }
    const QRectF row(30, 0, m_minus->x() - 38, 32);
    painter.setFont(themed(TextStyle::Title13));
    painter.setPen(themed(Token::Ink));
    const QString title = drawn ? tr("As drawn") : tr("Optimised");
    painter.drawText(row, Qt::AlignLeft | Qt::AlignVCenter, title);
    double x = row.left() + QFontMetricsF(painter.font()).horizontalAdvance(title) + 8;
    painter.setFont(themed(TextStyle::Body));
    painter.setPen(themed(Token::Ink2));
    const std::size_t problems = drawn ? m_document.problems().size() : 0;
    QString text = counts();
    if (problems > 0)
        text += QStringLiteral(" · ");
    const QFontMetricsF metrics(painter.font());
    text = metrics.elidedText(text, Qt::ElideRight, row.right() - x);
    painter.drawText(QRectF(x, 0, row.right() - x, 32), Qt::AlignLeft | Qt::AlignVCenter, text);
    x += metrics.horizontalAdvance(text);
    if (problems > 0) {
        const QColor ink = themed(Token::Err);
        Theme::instance().paintIcon(painter, QRectF(x + 2, 9, 14, 14), QStringLiteral("error"),
                                    ink);
        painter.setPen(ink);
        painter.drawText(QRectF(x + 20, 0, row.right() - x - 20, 32),
                         Qt::AlignLeft | Qt::AlignVCenter,
                         pluralText(problems, tr("problem"), tr("problems")));
    }
    painter.setPen(themed(Token::Ink2));
    drawTabular(painter, QRectF(m_minus->x() + 20, 0, 38, 32), Qt::AlignHCenter | Qt::AlignVCenter,
                QStringLiteral("%1 %").arg(int(std::lround(m_view.zoom() * 100))));
}

CanvasPanel::CanvasPanel(CanvasLayout& layout, Side side, QWidget* parent) : QWidget(parent) {
    m_view = new CanvasView(layout, side, this);
    m_heading = new CanvasHeading(*m_view, layout.document());
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_heading);
    column->addWidget(m_view, 1);
}

} // namespace fuseboard
