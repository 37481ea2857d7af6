// SPDX-License-Identifier: Apache-2.0
// A canvas with its heading: title, counts, zoom controls.
#pragma once

#include "views/canvas/canvas_view.h"

#include <QWidget>

class QToolButton;

namespace fuseboard {

/// The bar of 32 above a canvas.
class CanvasHeading : public QWidget {
    Q_OBJECT

public:
    explicit CanvasHeading(CanvasView& view, GraphDocument& document);
    /// "11 nodes · 6 passthroughs · 1 unused"; sources and sinks are not counted.
    [[nodiscard]] QString counts() const;

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void place();

    CanvasView& m_view;
    GraphDocument& m_document;
    QToolButton *m_minus, *m_plus, *m_fit;
};

class CanvasPanel : public QWidget {
    Q_OBJECT

public:
    CanvasPanel(CanvasLayout& layout, Side side, QWidget* parent = nullptr);
    [[nodiscard]] CanvasView& view() { return *m_view; }
    [[nodiscard]] CanvasHeading& heading() { return *m_heading; }

private:
    CanvasView* m_view;
    CanvasHeading* m_heading;
};

} // namespace fuseboard
