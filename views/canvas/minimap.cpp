// SPDX-License-Identifier: Apache-2.0
#include "views/canvas/minimap.h"

#include "views/canvas/canvas_scene.h"
#include "views/canvas/canvas_view.h"
#include "views/canvas/card_item.h"
#include "views/canvas/hull_item.h"
#include "views/theme/theme.h"

#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>

#include <algorithm>

namespace fuseboard {

namespace {
constexpr std::size_t kFineCards = 2000;
} // namespace

Minimap::Minimap(CanvasView& view) : QWidget(&view), m_view(view) {
    setFixedSize(100, 112);
    setCursor(Qt::ArrowCursor);
    setToolTip(tr("Overview: drag to move the view"));
}

QTransform Minimap::toMap() const {
    const QRectF visible = m_view.mapToScene(m_view.viewport()->rect()).boundingRect();
    const QRectF all = m_view.canvasScene().contentRect().adjusted(-24, -24, 24, 24) | visible;
    const QRectF room = QRectF(rect()).adjusted(3, 3, -3, -3);
    const double scale = std::min(room.width() / all.width(), room.height() / all.height());
    QTransform transform;
    transform.translate(room.center().x(), room.center().y());
    transform.scale(scale, scale);
    transform.translate(-all.center().x(), -all.center().y());
    return transform;
}

void Minimap::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(themed(Token::Line2), 1));
    painter.setBrush(themed(Token::Panel));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
    const QTransform transform = toMap();
    painter.setPen(Qt::NoPen);
    const CanvasScene& scene = m_view.canvasScene();
    // Of many cards no corner is seen any more.
    const bool coarse = scene.cards().size() > kFineCards;
    painter.setRenderHint(QPainter::Antialiasing, !coarse);
    for (const HullItem* hull : scene.hulls()) {
        if (!hull->isVisible())
            continue;
        painter.setBrush(themed(Token::FusedBar));
        painter.drawRoundedRect(transform.mapRect(hull->outline()), 3, 3);
    }
    for (const CardItem* card : scene.shownCards()) {
        const bool pill = isPill(card->face().shape);
        Token color = pill ? Token::Bytes : Token::BytesStrong;
        if (card->face().problems > 0)
            color = Token::Err;
        else if (card->ring() != CardRing::None)
            color = card->ring() == CardRing::Drawn ? Token::Drawn : Token::Fused;
        QRectF block = transform.mapRect(card->box());
        block.setHeight(std::max(block.height(), 1.5));
        if (coarse) {
            painter.fillRect(block.toAlignedRect(), themed(color));
            continue;
        }
        painter.setBrush(themed(color));
        painter.drawRoundedRect(block, 1, 1);
    }
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF visible =
        transform.mapRect(m_view.mapToScene(m_view.viewport()->rect()).boundingRect());
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(themed(Token::Line3), 1));
    painter.drawRoundedRect(visible.intersected(QRectF(rect()).adjusted(2.5, 2.5, -2.5, -2.5)), 4,
                            4);
}

void Minimap::mousePressEvent(QMouseEvent* event) {
    event->accept();
    mouseMoveEvent(event);
}

void Minimap::mouseMoveEvent(QMouseEvent* event) {
    if (event->buttons() & Qt::LeftButton)
        m_view.centerOn(toMap().inverted().map(event->position()));
}

} // namespace fuseboard
