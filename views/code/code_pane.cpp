// SPDX-License-Identifier: Apache-2.0
#include "views/code/code_pane.h"

#include <QPainter>
#include <QScrollBar>
#include <QTextBlock>

#include <algorithm>
#include <array>
#include <cmath>

namespace fuseboard {

namespace {

constexpr int kLeastGutter = 40, kMostGutter = 200, kMargin = 8, kStripe = 3;

} // namespace

class CodePane::Gutter : public QWidget {
public:
    explicit Gutter(CodePane& pane) : QWidget(&pane), m_pane(pane) {}

protected:
    void paintEvent(QPaintEvent*) override { m_pane.paintGutter(); }

private:
    CodePane& m_pane;
};

CodePane::CodePane(QWidget* parent) : QPlainTextEdit(parent), m_gutter(new Gutter(*this)) {
    setReadOnly(true);
    setLineWrapMode(NoWrap);
    setFrameShape(NoFrame);
    setFont(themed(TextStyle::Mono));
    setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    setAccessibleName(tr("Code of the stage"));
    connect(this, &QPlainTextEdit::updateRequest, m_gutter,
            [this](const QRect&, int) { m_gutter->update(); });
}

Token CodePane::colorOf(int node) {
    static constexpr std::array kColors{Token::Fused, Token::SynKw,  Token::SynStr,
                                        Token::SynFn, Token::SynNum, Token::Drawn};
    return kColors[std::size_t(node) % kColors.size()];
}

void CodePane::setStage(const CodeTextStage& stage) {
    m_names = stage.names;
    m_nodes.clear();
    QStringList lines;
    for (const CodeTextLine& line : stage.lines) {
        m_nodes.push_back(line.node);
        lines << line.text;
    }
    setPlainText(lines.join(QLatin1Char('\n')));
    layOutGutter();
}

bool CodePane::findNext(const QString& text, bool backwards) {
    if (text.isEmpty())
        return false;
    const QTextDocument::FindFlags flags =
        backwards ? QTextDocument::FindBackward : QTextDocument::FindFlags();
    if (find(text, flags))
        return true;
    const QTextCursor before = textCursor();
    moveCursor(backwards ? QTextCursor::End : QTextCursor::Start);
    if (find(text, flags))
        return true;
    setTextCursor(before);
    return false;
}

void CodePane::layOutGutter() {
    const QFontMetricsF metrics(themed(TextStyle::Small));
    double widest = kLeastGutter;
    for (const QString& name : m_names)
        widest = std::max(widest, metrics.horizontalAdvance(name));
    const int width = std::min(int(std::ceil(widest)), kMostGutter) + 2 * kMargin + kStripe;
    setViewportMargins(width, 0, 0, 0);
    const QRect inside = contentsRect();
    m_gutter->setGeometry(inside.left(), inside.top(), width, inside.height());
    m_gutter->update();
}

void CodePane::resizeEvent(QResizeEvent* event) {
    QPlainTextEdit::resizeEvent(event);
    layOutGutter();
}

// The name stands where a node's lines begin, and at the top; the stripe along all of them.
void CodePane::paintGutter() {
    QPainter painter(m_gutter);
    painter.fillRect(m_gutter->rect(), themed(Token::Panel));
    painter.setFont(themed(TextStyle::Small));
    const QFontMetrics metrics(painter.font());
    int before = -1;
    for (QTextBlock block = firstVisibleBlock(); block.isValid(); block = block.next()) {
        const QRectF line = blockBoundingGeometry(block).translated(contentOffset());
        if (line.top() > m_gutter->height())
            break;
        const auto at = std::size_t(block.blockNumber());
        const int node = at < m_nodes.size() ? m_nodes[at] : -1;
        if (node >= 0) {
            const QRectF stripe(m_gutter->width() - kStripe, line.top(), kStripe, line.height());
            painter.fillRect(stripe, themed(colorOf(node)));
            if (node != before) {
                painter.setPen(themed(colorOf(node)));
                const QRectF place(kMargin, line.top(), m_gutter->width() - 2 * kMargin - kStripe,
                                   line.height());
                painter.drawText(
                    place, Qt::AlignLeft | Qt::AlignVCenter,
                    metrics.elidedText(m_names.value(node), Qt::ElideRight, int(place.width())));
            }
        }
        before = node;
    }
}

} // namespace fuseboard
