// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/pass_stepper.h"

#include "views/theme/theme.h"

#include <QFontMetricsF>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace fuseboard {

namespace {

constexpr int kPadding = 11, kGap = 6;

} // namespace

PassStepper::PassStepper(QWidget* parent) : QWidget(parent) {
    setFixedHeight(28);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setAccessibleName(tr("Passes"));
    setPasses({});
}

void PassStepper::setPasses(const QStringList& names) {
    m_segments.clear();
    m_segments.push_back({tr("as drawn"), true, true});
    for (const QString& name : names)
        m_segments.push_back({name, true, false});
    m_available = int(m_segments.size()) - 1;
    m_position = std::min(m_position, m_available);
    updateGeometry();
    update();
}

void PassStepper::setPosition(int position) {
    m_position = std::clamp(position, 0, int(m_segments.size()) - 1);
    setAccessibleDescription(m_segments[std::size_t(m_position)].name);
    update();
}

void PassStepper::setAvailable(int last) {
    m_available = last;
    update();
}

void PassStepper::setPassEnabled(int position, bool enabled) {
    if (position > 0 && position < int(m_segments.size()))
        m_segments[std::size_t(position)].enabled = enabled;
    update();
}

void PassStepper::setPassChanged(int position, bool changed) {
    if (position > 0 && position < int(m_segments.size()))
        m_segments[std::size_t(position)].changed = changed;
    update();
}

int PassStepper::segmentWidth(int index, bool withName) const {
    const double number =
        QFontMetricsF(themed(TextStyle::SmallStrong)).horizontalAdvance(QString::number(index));
    // Measured as the current segment is drawn, so that nothing moves when another is chosen.
    const double name = withName
                            ? kGap + QFontMetricsF(themed(TextStyle::BodyStrong))
                                         .horizontalAdvance(m_segments[std::size_t(index)].name)
                            : 0;
    return int(std::ceil(2 * kPadding + number + name));
}

std::vector<bool> PassStepper::named() const {
    const int count = int(m_segments.size());
    int room = width();
    for (int i = 0; i < count; ++i)
        room -= segmentWidth(i, false);
    std::vector<bool> names(m_segments.size(), false);
    const auto give = [&](int i) {
        const int extra = segmentWidth(i, true) - segmentWidth(i, false);
        if (names[std::size_t(i)] || (extra > room && i != m_position))
            return;
        names[std::size_t(i)] = true;
        room -= extra;
    };
    give(m_position);
    for (const bool changed : {true, false}) {
        for (int i = 0; i < count; ++i) {
            if (m_segments[std::size_t(i)].changed == changed)
                give(i);
        }
    }
    return names;
}

std::vector<QRect> PassStepper::segments() const {
    const std::vector<bool> names = named();
    std::vector<QRect> rects;
    int x = 0;
    for (int i = 0; i < int(m_segments.size()); ++i) {
        const int width = segmentWidth(i, names[std::size_t(i)]);
        rects.emplace_back(x, 0, width, height());
        x += width;
    }
    return rects;
}

QSize PassStepper::sizeHint() const {
    int total = 0;
    for (int i = 0; i < int(m_segments.size()); ++i)
        total += segmentWidth(i, true);
    return {total, 28};
}

QSize PassStepper::minimumSizeHint() const {
    int total = 0, widest = 0;
    for (int i = 0; i < int(m_segments.size()); ++i) {
        total += segmentWidth(i, false);
        widest = std::max(widest, segmentWidth(i, true) - segmentWidth(i, false));
    }
    return {total + widest, 28};
}

int PassStepper::at(const QPoint& point) const {
    const std::vector<QRect> rects = segments();
    for (int i = 0; i < int(rects.size()); ++i) {
        if (rects[std::size_t(i)].contains(point))
            return i;
    }
    return -1;
}

void PassStepper::choose(int position) {
    if (!isEnabled() || position < 0 || position > m_available ||
        position >= int(m_segments.size()) || position == m_position)
        return;
    setPosition(position);
    Q_EMIT positionChosen(position);
}

void PassStepper::mousePressEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton)
        choose(at(event->position().toPoint()));
}

void PassStepper::mouseMoveEvent(QMouseEvent* event) {
    const int hovered = at(event->position().toPoint());
    if (hovered != m_hovered) {
        m_hovered = hovered;
        update();
    }
}

void PassStepper::leaveEvent(QEvent*) {
    m_hovered = -1;
    update();
}

void PassStepper::keyPressEvent(QKeyEvent* event) {
    if (event->key() >= Qt::Key_0 && event->key() <= Qt::Key_9)
        return choose(event->key() - Qt::Key_0);
    switch (event->key()) {
    case Qt::Key_Left: return choose(m_position - 1);
    case Qt::Key_Right: return choose(m_position + 1);
    case Qt::Key_Home: return choose(0);
    case Qt::Key_End: return choose(std::min(m_available, int(m_segments.size()) - 1));
    default: QWidget::keyPressEvent(event);
    }
}

bool PassStepper::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const int index = at(help->pos());
        if (index >= 0) {
            const Segment& segment = m_segments[std::size_t(index)];
            QToolTip::showText(help->globalPos(),
                               segment.enabled ? tr("%1 (key %2)").arg(segment.name).arg(index)
                                               : tr("%1 (switched off)").arg(segment.name),
                               this);
        }
        return true;
    }
    return QWidget::event(event);
}

void PassStepper::paintSegment(QPainter& painter, int index, const QRect& rect,
                               bool withName) const {
    const Segment& segment = m_segments[std::size_t(index)];
    const bool off = !isEnabled() || index > m_available;
    const bool current = index == m_position && !off;
    Token fill = Token::Field, ink = Token::Ink2, number = Token::Ink3;
    if (off) {
        ink = number = Token::Dis;
    } else if (current) {
        fill = index == 0 ? Token::Drawn : Token::Fused;
        ink = number = Token::OnAccent;
    } else if (index == 0) {
        fill = Token::DrawnSoft;
        ink = Token::Ink;
        number = Token::Drawn;
    } else if (index < m_position) {
        fill = Token::FusedSoft;
        ink = Token::Ink;
        number = Token::Fused;
    } else if (index == m_hovered) {
        fill = Token::Hover;
    }
    if (isEnabled())
        painter.fillRect(rect, themed(fill));
    if (index > 0)
        painter.fillRect(QRect(rect.left(), rect.top(), 1, rect.height()),
                         themed(current ? fill : Token::Line));
    painter.setFont(themed(TextStyle::SmallStrong));
    painter.setPen(themed(number));
    const QString digits = QString::number(index);
    const QRect row = rect.adjusted(kPadding, 0, 0, 0);
    painter.drawText(row, Qt::AlignLeft | Qt::AlignVCenter, digits);
    if (!withName)
        return;
    const double x = QFontMetricsF(painter.font()).horizontalAdvance(digits) + kGap;
    QFont font = themed(current ? TextStyle::BodyStrong : TextStyle::Body);
    font.setStrikeOut(!segment.enabled);
    painter.setFont(font);
    painter.setPen(themed(ink));
    painter.drawText(QRectF(row).adjusted(x, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter,
                     segment.name);
}

void PassStepper::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const std::vector<QRect> rects = segments();
    const QRectF frame = QRectF(QRect(rects.front().topLeft(), rects.back().bottomRight()))
                             .adjusted(0.5, 0.5, -0.5, -0.5);
    QPainterPath clip;
    clip.addRoundedRect(frame, 5.5, 5.5);
    painter.setClipPath(clip);
    const std::vector<bool> names = named();
    for (int i = 0; i < int(rects.size()); ++i)
        paintSegment(painter, i, rects[std::size_t(i)], names[std::size_t(i)]);
    painter.setClipping(false);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(themed(isEnabled() ? Token::Line2 : Token::Line), 1));
    painter.drawRoundedRect(frame, 5.5, 5.5);
    if (hasFocus()) {
        painter.setPen(QPen(themed(Token::Ink), 2));
        painter.drawRoundedRect(frame.adjusted(0.5, 0.5, -0.5, -0.5), 5, 5);
    }
}

} // namespace fuseboard
