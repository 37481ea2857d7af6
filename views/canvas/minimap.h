// SPDX-License-Identifier: Apache-2.0
// The small picture of the whole canvas in its lower right corner, with the part that is in view.
#pragma once

#include <QWidget>

namespace fuseboard {

class CanvasView;

/// A click or a drag moves the view there.
class Minimap : public QWidget {
    Q_OBJECT

public:
    explicit Minimap(CanvasView& view);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;

private:
    [[nodiscard]] QTransform toMap() const;

    CanvasView& m_view;
};

} // namespace fuseboard
