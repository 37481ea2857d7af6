// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/plot.h"

#include "views/theme/tabular_text.h"

#include <QContextMenuEvent>
#include <QFileDialog>
#include <QFontMetricsF>
#include <QKeyEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <QSvgGenerator>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace fuseboard {

namespace {

constexpr double kTitle = 24, kAxisText = 22, kGapToText = 8;

QString valueText(const PlotAxis& axis, double value) {
    return axis.format ? axis.format(value) : QString::number(value, 'g', 3);
}

bool isLine(PlotSeries::Form form) {
    return form == PlotSeries::Form::Line || form == PlotSeries::Form::DashedLine;
}

/// Maps samples to pixels.
struct Frame {
    const PlotData& data;
    QRectF area;

    [[nodiscard]] double x(double value) const {
        return area.left() + data.x.toUnit(value) * area.width();
    }
    [[nodiscard]] double y(double value) const {
        return area.bottom() - data.y.toUnit(value) * area.height();
    }
    [[nodiscard]] QPointF at(double px, double py) const { return {x(px), y(py)}; }
};

void paintGrid(QPainter& painter, const Frame& frame) {
    painter.setFont(themed(TextStyle::Small));
    const QRectF& area = frame.area;
    const double lineHeight = QFontMetricsF(painter.font()).height();
    for (const auto& tick : frame.data.y.ticks(std::max(2, int(area.height() / 32)))) {
        const double y = std::round(frame.y(tick.value)) + 0.5;
        if (frame.data.horizontalGrid) {
            painter.setPen(QPen(themed(Token::Line), 1));
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y));
        }
        painter.setPen(themed(Token::Ink2));
        drawTabular(painter, QRectF(0, y - lineHeight / 2, area.left() - kGapToText, lineHeight),
                    Qt::AlignRight | Qt::AlignVCenter, tick.text);
    }
    for (const auto& tick : frame.data.x.ticks(std::max(2, int(area.width() / 72)))) {
        const double x = std::round(frame.x(tick.value)) + 0.5;
        if (frame.data.verticalGrid) {
            painter.setPen(QPen(themed(Token::Line), 1));
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
        }
        painter.setPen(themed(Token::Ink2));
        drawTabular(painter, QRectF(x - 60, area.bottom() + 4, 120, lineHeight),
                    Qt::AlignHCenter | Qt::AlignTop, tick.text);
    }
    painter.setPen(QPen(themed(Token::Line3), 1));
    const double base = std::round(area.bottom()) + 0.5;
    painter.drawLine(QPointF(area.left(), base), QPointF(area.right(), base));
}

void paintLine(QPainter& painter, const Frame& frame, const PlotSeries& series) {
    QPainterPath path;
    bool started = false;
    for (const auto& sample : series.samples) {
        if (!std::isfinite(sample.y) || (frame.data.y.scale == AxisScale::Log10 && sample.y <= 0)) {
            started = false;
            continue;
        }
        const QPointF point = frame.at(sample.x, sample.y);
        if (started)
            path.lineTo(point);
        else
            path.moveTo(point);
        started = true;
    }
    QPen pen(themed(series.color), series.width, Qt::SolidLine, Qt::FlatCap, Qt::RoundJoin);
    if (series.form == PlotSeries::Form::DashedLine)
        pen.setDashPattern({3, 2});
    painter.setPen(pen);
    painter.setBrush(Qt::NoBrush);
    painter.drawPath(path);
}

void paintBars(QPainter& painter, const Frame& frame, const PlotSeries& series) {
    double width = series.width;
    if (width <= 0 && series.samples.size() > 1)
        width = std::fabs(series.samples[1].x - series.samples[0].x) * 0.9;
    painter.setPen(Qt::NoPen);
    painter.setBrush(themed(series.color));
    for (const auto& sample : series.samples) {
        const double left = frame.x(sample.x - width / 2), right = frame.x(sample.x + width / 2);
        const double top = frame.y(sample.y);
        if (sample.y > 0)
            painter.drawRect(QRectF(QPointF(left, top),
                                    QPointF(std::max(right, left + 1), frame.area.bottom())));
    }
}

void paintPoints(QPainter& painter, const Frame& frame, const PlotSeries& series) {
    const QColor color = themed(series.color);
    for (const auto& sample : series.samples) {
        const QPointF point = frame.at(sample.x, sample.y);
        painter.setPen(QPen(color, 1.5));
        if (sample.low != sample.high) {
            const double low = frame.x(sample.low), high = frame.x(sample.high);
            painter.drawLine(QPointF(low, point.y()), QPointF(high, point.y()));
            painter.drawLine(QPointF(low, point.y() - 4), QPointF(low, point.y() + 4));
            painter.drawLine(QPointF(high, point.y() - 4), QPointF(high, point.y() + 4));
        }
        painter.setBrush(color);
        painter.drawEllipse(point, 3, 3);
    }
}

/// Direct labels at the ends of lines; those that would overlap are pushed apart.
void paintLabels(QPainter& painter, const Frame& frame) {
    struct Label {
        double y;
        const PlotSeries* series;
    };
    std::vector<Label> labels;
    painter.setFont(themed(TextStyle::SmallStrong));
    const double lineHeight = QFontMetricsF(painter.font()).height();
    for (const PlotSeries& series : frame.data.series) {
        if (series.label.isEmpty() || series.samples.empty())
            continue;
        if (isLine(series.form)) {
            const auto end = frame.data.valueAt(series, frame.data.x.to);
            const double value = end ? end->y() : series.samples.back().y;
            labels.push_back(
                {std::clamp(frame.y(value), frame.area.top(), frame.area.bottom()), &series});
            continue;
        }
        const auto highest =
            std::max_element(series.samples.begin(), series.samples.end(),
                             [](const auto& a, const auto& b) { return a.y < b.y; });
        painter.setPen(themed(series.color));
        painter.drawText(frame.at(highest->x, highest->y) + QPointF(8, -4), series.label);
    }
    std::sort(labels.begin(), labels.end(),
              [](const Label& a, const Label& b) { return a.y < b.y; });
    for (std::size_t i = 1; i < labels.size(); ++i)
        labels[i].y = std::max(labels[i].y, labels[i - 1].y + lineHeight);
    for (const Label& label : labels) {
        painter.setPen(themed(label.series->color));
        painter.drawText(
            QRectF(frame.area.right() + kGapToText, label.y - lineHeight / 2, 200, lineHeight),
            Qt::AlignLeft | Qt::AlignVCenter, label.series->label);
    }
}

void paintMarks(QPainter& painter, const Frame& frame) {
    painter.setFont(themed(TextStyle::Small));
    for (const PlotMark& mark : frame.data.marks) {
        QPen pen(themed(mark.color), 1);
        if (mark.dashed)
            pen.setDashPattern({4, 3});
        painter.setPen(pen);
        if (mark.orientation == Qt::Vertical) {
            const double x = frame.x(mark.value);
            painter.drawLine(QPointF(x, frame.area.top()), QPointF(x, frame.area.bottom()));
            painter.drawText(QPointF(x + 4, frame.area.top() + 10), mark.label);
        } else {
            const double y = frame.y(mark.value);
            painter.drawLine(QPointF(frame.area.left(), y), QPointF(frame.area.right(), y));
            painter.drawText(QPointF(frame.area.left() + 4, y - 4), mark.label);
        }
    }
}

/// How the second value compares to the first; empty: not in a word.
QString ratioText(double first, double second) {
    if (!(first > 0 && second > 0))
        return {};
    const double ratio = first / second;
    if (std::max(ratio, 1 / ratio) < 1.05)
        return QObject::tr("about the same");
    return ratio >= 1 ? QObject::tr("%1× lower").arg(ratio, 0, 'f', ratio < 10 ? 1 : 0)
                      : QObject::tr("%1× higher").arg(1 / ratio, 0, 'f', 1);
}

/// A line through all curves at x, each with its value; between two curves also their ratio.
void paintMarker(QPainter& painter, const Frame& frame, double x) {
    std::vector<std::pair<QPointF, const PlotSeries*>> points;
    std::vector<double> values;
    for (const PlotSeries& series : frame.data.series) {
        if (!isLine(series.form))
            continue;
        if (const auto value = frame.data.valueAt(series, x)) {
            points.emplace_back(frame.at(value->x(), value->y()), &series);
            values.push_back(value->y());
        }
    }
    if (points.empty())
        return;
    const auto byHeight = [](const auto& a, const auto& b) { return a.first.y() < b.first.y(); };
    const auto [top, bottom] = std::minmax_element(points.begin(), points.end(), byHeight);
    painter.setPen(QPen(themed(Token::Line3), 1));
    painter.drawLine(top->first, bottom->first);
    painter.setFont(themed(TextStyle::Small));
    // Close curves leave no room for the ratio between them: it joins the second value then.
    constexpr double kRoomForRatio = 44;
    const bool isClose = bottom->first.y() - top->first.y() < kRoomForRatio;
    const QString ratio = points.size() == 2 ? ratioText(values[0], values[1]) : QString();
    for (std::size_t i = 0; i < points.size(); ++i) {
        const auto& [point, series] = points[i];
        const bool hollow = series->form == PlotSeries::Form::DashedLine;
        painter.setPen(QPen(themed(series->color), 2));
        painter.setBrush(hollow ? themed(Token::Panel) : themed(series->color));
        painter.drawEllipse(point, 4, 4);
        const bool above = &points[i] == &*top && points.size() > 1;
        QString text = valueText(frame.data.y, values[i]);
        if (i == 1 && isClose && !ratio.isEmpty())
            text += QStringLiteral(" · ") + ratio;
        painter.setPen(themed(Token::Ink));
        const double width = tabularWidth(painter.font(), text);
        drawTabular(painter, above ? point + QPointF(-width - 8, -7) : point + QPointF(8, 16),
                    text);
    }
    if (!isClose && !ratio.isEmpty()) {
        painter.setFont(themed(TextStyle::SmallStrong));
        const QPointF middle = (top->first + bottom->first) / 2;
        drawTabular(painter, middle + QPointF(8, 4), ratio);
    }
}

} // namespace

QRectF PlotData::plotArea(const QRectF& bounds) const {
    const QFontMetricsF metrics(themed(TextStyle::Small));
    const QFontMetricsF strong(themed(TextStyle::SmallStrong));
    double left = 12, right = 12;
    for (const auto& tick : y.ticks(std::max(2, int(bounds.height() / 32))))
        left = std::max(left, metrics.horizontalAdvance(tick.text) + kGapToText + 12);
    for (const PlotSeries& one : series) {
        if (isLine(one.form) && !one.label.isEmpty())
            right = std::max(right, strong.horizontalAdvance(one.label) + kGapToText + 12);
    }
    const double top = title.isEmpty() ? 12 : kTitle + 8;
    return bounds.adjusted(left, top, -right, -kAxisText - (x.title.isEmpty() ? 4 : 20));
}

void PlotData::paint(QPainter& painter, const QRectF& bounds, std::optional<double> markerX) const {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.translate(bounds.topLeft());
    const QRectF local(QPointF(), bounds.size());
    const Frame frame{*this, plotArea(local)};
    if (!title.isEmpty()) {
        painter.setFont(themed(TextStyle::Small));
        painter.setPen(themed(Token::Ink));
        painter.drawText(QRectF(12, 0, local.width() - 24, kTitle),
                         Qt::AlignLeft | Qt::AlignVCenter, title);
    }
    if (frame.area.width() > 8 && frame.area.height() > 8) {
        paintGrid(painter, frame);
        if (!x.title.isEmpty()) {
            painter.setPen(themed(Token::Ink2));
            painter.drawText(QRectF(frame.area.left(), local.bottom() - 18, frame.area.width(), 16),
                             Qt::AlignCenter, x.title);
        }
        paintMarks(painter, frame);
        painter.save();
        painter.setClipRect(frame.area.adjusted(-2, -4, 2, 2));
        for (const PlotSeries& one : series) {
            if (one.form == PlotSeries::Form::Bars)
                paintBars(painter, frame, one);
            else if (one.form == PlotSeries::Form::Points)
                paintPoints(painter, frame, one);
            else
                paintLine(painter, frame, one);
        }
        painter.restore();
        paintLabels(painter, frame);
        if (markerX && *markerX >= x.from && *markerX <= x.to)
            paintMarker(painter, frame, *markerX);
    }
    painter.restore();
}

std::optional<QPointF> PlotData::valueAt(const PlotSeries& one, double at) const {
    const auto& samples = one.samples;
    if (samples.empty() || at < samples.front().x || at > samples.back().x)
        return std::nullopt;
    const auto next = std::lower_bound(samples.begin(), samples.end(), at,
                                       [](const auto& s, double value) { return s.x < value; });
    if (next == samples.begin() || next->x == at)
        return QPointF(next->x, next->y);
    const auto& a = *(next - 1);
    const auto& b = *next;
    const double share = (at - a.x) / (b.x - a.x);
    // What is drawn as a straight line on a log axis is one in logarithms.
    const double value = y.scale == AxisScale::Log10 && a.y > 0 && b.y > 0
                             ? std::exp(std::log(a.y) + share * (std::log(b.y) - std::log(a.y)))
                             : a.y + share * (b.y - a.y);
    return QPointF(at, value);
}

// --- the widget
// -----------------------------------------------------------------------------------

Plot::Plot(QWidget* parent) : QWidget(parent) {
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    connect(&Theme::instance(), &Theme::changed, this, qOverload<>(&QWidget::update));
}

void Plot::setData(PlotData data) {
    m_data = std::move(data);
    m_fullFrom = m_data.x.from;
    m_fullTo = m_data.x.to;
    setAccessibleName(m_data.title);
    update();
}

void Plot::setRestingMarker(std::optional<double> x) {
    m_resting = x;
    update();
}

bool Plot::exportSvg(const QString& path) const {
    QSvgGenerator generator;
    generator.setFileName(path);
    generator.setSize(size());
    generator.setViewBox(rect());
    generator.setTitle(m_data.title);
    QPainter painter;
    if (!painter.begin(&generator))
        return false;
    painter.fillRect(rect(), themed(Token::Panel));
    m_data.paint(painter, rect(), m_marker ? m_marker : m_resting);
    return painter.end();
}

bool Plot::exportPng(const QString& path, double scale) const {
    QPixmap pixmap(size() * scale);
    pixmap.setDevicePixelRatio(scale);
    pixmap.fill(themed(Token::Panel));
    QPainter painter(&pixmap);
    m_data.paint(painter, rect(), m_marker ? m_marker : m_resting);
    painter.end();
    return pixmap.save(path, "PNG");
}

void Plot::resetZoom() {
    m_data.x.from = m_fullFrom;
    m_data.x.to = m_fullTo;
    update();
}

double Plot::xAt(double pixel) const {
    const QRectF area = m_data.plotArea(rect());
    return m_data.x.fromUnit((pixel - area.left()) / std::max(1.0, area.width()));
}

void Plot::zoomX(double factor, double aroundUnit) {
    const PlotAxis before = m_data.x;
    const double low = aroundUnit - aroundUnit / factor;
    const double high = aroundUnit + (1 - aroundUnit) / factor;
    m_data.x.from = std::max(m_fullFrom, before.fromUnit(low));
    m_data.x.to = std::min(m_fullTo, before.fromUnit(high));
    if (!(m_data.x.to > m_data.x.from))
        m_data.x = before;
    update();
}

void Plot::panX(double units) {
    const PlotAxis before = m_data.x;
    const double from = before.fromUnit(units), to = before.fromUnit(1 + units);
    if (from < m_fullFrom || to > m_fullTo)
        return;
    m_data.x.from = from;
    m_data.x.to = to;
    update();
}

void Plot::stepMarker(int direction) {
    const double now = m_marker.value_or(m_resting.value_or(m_data.x.from));
    const PlotAxis& axis = m_data.x;
    m_marker = std::clamp(axis.fromUnit(axis.toUnit(now) + direction * 0.02), axis.from, axis.to);
    Q_EMIT markerMoved(*m_marker);
    update();
}

void Plot::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    m_data.paint(painter, rect(), m_marker ? m_marker : m_resting);
    if (hasFocus()) {
        painter.setPen(QPen(themed(Token::Ink), 2));
        painter.drawRect(rect().adjusted(1, 1, -1, -1));
    }
}

void Plot::mouseMoveEvent(QMouseEvent* event) {
    const QRectF area = m_data.plotArea(rect());
    if (m_dragFrom) {
        panX((*m_dragFrom - event->position().x()) / std::max(1.0, area.width()));
        m_dragFrom = event->position().x();
        return;
    }
    m_marker = area.adjusted(-4, -area.top(), 4, 40).contains(event->position())
                   ? std::optional(xAt(event->position().x()))
                   : std::nullopt;
    if (m_marker)
        Q_EMIT markerMoved(*m_marker);
    update();
}

void Plot::mousePressEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton && (m_data.x.from > m_fullFrom || m_data.x.to < m_fullTo))
        m_dragFrom = event->position().x();
}

void Plot::mouseReleaseEvent(QMouseEvent*) {
    m_dragFrom.reset();
}
void Plot::mouseDoubleClickEvent(QMouseEvent*) {
    resetZoom();
}

void Plot::leaveEvent(QEvent*) {
    m_marker.reset();
    update();
}

void Plot::wheelEvent(QWheelEvent* event) {
    const QRectF area = m_data.plotArea(rect());
    const double unit = (event->position().x() - area.left()) / std::max(1.0, area.width());
    zoomX(std::pow(1.2, event->angleDelta().y() / 120.0), std::clamp(unit, 0.0, 1.0));
    event->accept();
}

void Plot::keyPressEvent(QKeyEvent* event) {
    switch (event->key()) {
    case Qt::Key_Left: return stepMarker(-1);
    case Qt::Key_Right: return stepMarker(1);
    case Qt::Key_Plus: return zoomX(1.2, 0.5);
    case Qt::Key_Minus: return zoomX(1 / 1.2, 0.5);
    case Qt::Key_0: return resetZoom();
    default: QWidget::keyPressEvent(event);
    }
}

void Plot::contextMenuEvent(QContextMenuEvent* event) {
    QMenu menu(this);
    menu.addAction(tr("Show all"), this, &Plot::resetZoom);
    menu.addSeparator();
    menu.addAction(tr("Save picture…"), this, [this] {
        const QString path = QFileDialog::getSaveFileName(this, tr("Save picture"), {},
                                                          tr("SVG (*.svg);;PNG (*.png)"));
        if (path.endsWith(QStringLiteral(".png"), Qt::CaseInsensitive))
            exportPng(path);
        else if (!path.isEmpty())
            exportSvg(path);
    });
    menu.exec(event->globalPos());
}

} // namespace fuseboard
