// SPDX-License-Identifier: Apache-2.0
// One canvas: shows a side of a document and, on the drawn side, edits it.
#pragma once

#include "views/canvas/canvas_layout.h"
#include "views/document/graph_document.h"

#include <QGraphicsView>
#include <QPointer>

#include <functional>
#include <map>
#include <memory>
#include <optional>

namespace fuseboard {

class CanvasScene;
class CardItem;
class Minimap;
class QuickAdd;
class WireTip;
struct CardPort;

/// What a canvas says about a wire that cannot be: facts in two columns and up to two ways on.
struct WireVerdict {
    struct Fix {
        QString text;
        std::function<void()> apply;
    };
    bool allowed = true;
    QString title;                                  ///< "batch cannot feed select 3"
    std::vector<std::pair<QString, QString>> facts; ///< "batch sends", "list<record>"
    QString hint;
    std::vector<Fix> fixes;
};
/// Judges a wire beyond its shape, by the types of its ends for one. Called while a wire is
/// dragged.
using WireJudge = std::function<WireVerdict(const Endpoint& from, const Endpoint& to)>;

/// GUI thread only. Letters act only while the canvas has the focus.
class CanvasView : public QGraphicsView {
    Q_OBJECT

public:
    CanvasView(CanvasLayout& layout, Side side, QWidget* parent = nullptr);
    ~CanvasView() override;

    [[nodiscard]] Side side() const { return m_side; }
    [[nodiscard]] CanvasScene& canvasScene() { return *m_scene; }
    [[nodiscard]] double zoom() const;
    void setWireJudge(WireJudge judge) { m_judge = std::move(judge); }
    /// Zooms and pans together with another canvas of the same layout until unlink().
    void linkWith(CanvasView* other);
    void unlink();
    /// Paints what the view shows, without minimap and focus marks, at a scale of its own.
    void renderTo(QPainter& painter, const QSizeF& size);
    [[nodiscard]] bool isEditable() const { return m_side == Side::Drawn; }

public Q_SLOTS:
    void fit(); ///< everything, at 100 % at most
    void fitSelection();
    void zoomIn();
    void zoomOut();
    void resetZoom(); ///< 100 %
    void setZoom(double scale);
    void centreOn(const fuseboard::Item& item);
    void selectAll();
    void removeSelection();
    void healSelection(); ///< removes and joins what is left
    void toggleDisabled();
    void toggleBypassed();
    void copySelection();
    void cutSelection();
    void paste();
    void duplicateSelection();
    void layOut();
    void openQuickAdd();
    void toggleFolding();
    void nextCounterpart();
    /// Adds an operator or EndpointKind by name, in the middle of the view, behind the selected
    /// node if it has no reader yet: what Enter in the palette means.
    void addFromPalette(const QString& name);

Q_SIGNALS:
    void zoomChanged(double scale);
    void viewMoved();
    /// Enter or a double click on a card: its editor is wanted.
    void itemActivated(fuseboard::Side side, const fuseboard::Item& item);
    void filesDropped(const QStringList& paths);
    void failed(const QString& message); ///< an edit that could not be done, for a notice

protected:
    void drawBackground(QPainter* painter, const QRectF& rect) override;
    void drawForeground(QPainter* painter, const QRectF& rect) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void keyReleaseEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dragMoveEvent(QDragMoveEvent* event) override;
    void dragLeaveEvent(QDragLeaveEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void scrollContentsBy(int dx, int dy) override;
    void leaveEvent(QEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    bool event(QEvent* event) override;
    bool viewportEvent(QEvent* event) override;

private:
    enum class Mode : std::uint8_t { Idle, Panning, Boxing, Moving, Wiring };
    struct Wire {
        std::optional<Endpoint> from, to; ///< the fixed end
        QPointF anchor, tip;
        CardItem* target = nullptr;
        std::optional<WireVerdict> verdict; ///< of the target under the pointer
        EdgeIndex replaced = kNone;         ///< the edge whose end is being moved
    };

    // canvas_view.cpp
    void applyZoom(double scale, const QPointF& viewPoint);
    void follow(const CanvasView& leader);
    void tellMoved();
    void placeMinimap();
    void fitRect(const QRectF& rect);
    void hopTo(int key);
    void nudge(int key, bool fine);
    [[nodiscard]] std::optional<Item> currentItem() const;
    // canvas_mouse.cpp
    void startWire(CardItem& card, const CardPort& port, bool detach);
    void moveWire(const QPoint& viewPoint);
    void finishWire(const QPoint& viewPoint);
    void cancelWire();
    void cutPort(CardItem& card, const CardPort& port);
    [[nodiscard]] std::pair<Endpoint, Endpoint> wireEnds(const Endpoint& other) const;
    [[nodiscard]] WireVerdict judge(const Endpoint& from, const Endpoint& to);
    void addFixes(WireVerdict& verdict, const Endpoint& from, const Endpoint& to);
    void showTip();
    void startMove(const QPoint& viewPoint);
    void moveCards(const QPoint& viewPoint);
    void finishMove();
    void pressOn(QMouseEvent* event);
    void selectBox();
    void updateHover(const QPoint& viewPoint);
    // canvas_add.cpp
    void showQuickAdd(const QPointF& scenePoint, const std::optional<Endpoint>& from,
                      const std::optional<Endpoint>& to);
    void addByName(const QString& name, const QPointF& scenePoint, const Attachment& attachment);
    [[nodiscard]] std::optional<std::pair<Endpoint, QPointF>> placeBehindSelection() const;
    [[nodiscard]] EdgeIndex spliceTarget(const QPointF& scenePoint) const;
    void paintHint(QPainter& painter) const;
    void paintWire(QPainter& painter) const;
    [[nodiscard]] QRectF contentAt(double scale) const; ///< of both canvases, if they are linked

    GraphDocument& m_document;
    CanvasLayout& m_layout;
    Side m_side;
    std::unique_ptr<CanvasScene> m_scene;
    // Children of the view, not of its viewport, which moves its children when it scrolls.
    Minimap* m_minimap;
    QuickAdd* m_quickAdd = nullptr;
    WireTip* m_tip;
    WireJudge m_judge;
    QPointer<CanvasView> m_linked;
    bool m_following = false, m_shown = false, m_spaceHeld = false, m_spacePanned = false;
    double m_scale = 1;

    Mode m_mode = Mode::Idle;
    QPoint m_pressed, m_last;
    std::optional<QRectF> m_box;
    Items m_boxBase;
    Wire m_wire;
    bool m_wireRejected = false; ///< a rejected wire stays on screen while its tip is open
    std::map<Item, QPointF> m_moveStart, m_moveNow;
    std::optional<Item> m_focusItem;
    EdgeIndex m_dropEdge = kNone;
};

} // namespace fuseboard
