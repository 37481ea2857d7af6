// SPDX-License-Identifier: Apache-2.0
// The segmented control of the toolbar that shows which passes have been applied: 0 as drawn, then
// one segment a pass.
#pragma once

#include <QStringList>
#include <QWidget>

#include <vector>

namespace fuseboard {

/// 28 high. Left and right arrows, Home, End and digits step; a click chooses. When there is no
/// room for all names, segments other than the current one shrink to their number.
class PassStepper : public QWidget {
    Q_OBJECT

public:
    explicit PassStepper(QWidget* parent = nullptr);
    /// Names of the passes, without "as drawn".
    void setPasses(const QStringList& names);
    void setPosition(int position);
    [[nodiscard]] int position() const { return m_position; }
    /// Later positions than this cannot be chosen (the graph has problems).
    void setAvailable(int last);
    void setPassEnabled(int position, bool enabled); ///< a switched-off pass is struck out
    /// Whether the pass did anything: such passes keep their names longest when room is short.
    void setPassChanged(int position, bool changed);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    void positionChosen(int position);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool event(QEvent* event) override;

private:
    struct Segment {
        QString name;
        bool enabled = true;
        bool changed = false;
    };
    [[nodiscard]] int segmentWidth(int index, bool withName) const;
    [[nodiscard]] std::vector<QRect> segments() const;
    [[nodiscard]] int at(const QPoint& point) const;
    void choose(int position);
    void paintSegment(QPainter& painter, int index, const QRect& rect, bool withName) const;
    /// Which segments have room for their name.
    [[nodiscard]] std::vector<bool> named() const;

    std::vector<Segment> m_segments;
    int m_position = 0;
    int m_available = 0;
    int m_hovered = -1;
};

} // namespace fuseboard
