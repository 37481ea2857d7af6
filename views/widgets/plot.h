// SPDX-License-Identifier: Apache-2.0
// The plot kit: lines, bars, points with intervals and vertical marks on two axes, with direct
// labels, a hover marker, zoom by wheel and drag, and export. One painter code serves the widget,
// PNG and SVG.
#pragma once

#include "views/theme/theme.h"
#include "views/widgets/plot_axis.h"

#include <QPointF>
#include <QString>
#include <QWidget>

#include <optional>
#include <vector>

namespace fuseboard {

struct PlotSeries {
    enum class Form : std::uint8_t { Line, DashedLine, Bars, Points };
    /// A point; low and high are the ends of its interval on x (Points) when they differ.
    struct Sample {
        double x = 0, y = 0;
        double low = 0, high = 0;
    };
    QString label; ///< drawn at the end of the line, or above the highest bar
    Form form = Form::Line;
    Token color = Token::Drawn;
    std::vector<Sample> samples;
    double width = 2; ///< of lines in pixels; of bars in x units (0: from spacing)
};

/// A straight mark across the plot.
struct PlotMark {
    double value = 0;
    Qt::Orientation orientation = Qt::Vertical;
    QString label;
    Token color = Token::Line3;
    bool dashed = false;
};

/// Painting of a whole plot into any rectangle.
struct PlotData {
    QString title;
    PlotAxis x, y;
    std::vector<PlotSeries> series;
    std::vector<PlotMark> marks;
    bool horizontalGrid = true, verticalGrid = true;

    /// Where the data goes inside `bounds`: room for axis texts and end labels is taken off.
    [[nodiscard]] QRectF plotArea(const QRectF& bounds) const;
    void paint(QPainter& painter, const QRectF& bounds,
               std::optional<double> markerX = std::nullopt) const;
    /// The sample of a series at or next to x, interpolated on lines; nullopt if there is none.
    [[nodiscard]] std::optional<QPointF> valueAt(const PlotSeries& series, double x) const;
};

class Plot : public QWidget {
    Q_OBJECT

public:
    explicit Plot(QWidget* parent = nullptr);
    void setData(PlotData data);
    [[nodiscard]] const PlotData& data() const { return m_data; }
    /// Where the marker stands when the pointer is elsewhere; nullopt: nowhere.
    void setRestingMarker(std::optional<double> x);
    /// Writes the plot as it stands. False if the file cannot be written.
    bool exportSvg(const QString& path) const;
    bool exportPng(const QString& path, double scale = 2) const;
    void resetZoom();
    [[nodiscard]] QSize sizeHint() const override { return {360, 200}; }
    [[nodiscard]] QSize minimumSizeHint() const override { return {160, 100}; }

Q_SIGNALS:
    void markerMoved(double x);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    [[nodiscard]] double xAt(double pixel) const;
    void zoomX(double factor, double aroundUnit);
    void panX(double units);
    void stepMarker(int direction);

    PlotData m_data;
    std::optional<double> m_marker, m_resting;
    std::optional<double> m_dragFrom;
    double m_fullFrom = 0, m_fullTo = 1;
};

} // namespace fuseboard
