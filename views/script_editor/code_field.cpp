// SPDX-License-Identifier: Apache-2.0
#include "views/script_editor/code_field.h"

#include "views/script_editor/script_text.h"
#include "views/theme/theme.h"

#include <QAbstractTextDocumentLayout>
#include <QPainter>
#include <QScrollBar>
#include <QStyle>
#include <QTextBlock>

#include <algorithm>
#include <cmath>

namespace fuseboard {

class CodeField::Gutter : public QWidget {
public:
    explicit Gutter(CodeField* field) : QWidget(field), m_field(field) {}

protected:
    void paintEvent(QPaintEvent* event) override { m_field->paintGutter(event); }

private:
    CodeField* m_field;
};

CodeField::CodeField(QWidget* parent) : QPlainTextEdit(parent), m_gutter(new Gutter(this)) {
    setFont(themed(TextStyle::Mono));
    document()->setDocumentMargin(4);
    setTabChangesFocus(true);
    setLineWrapMode(QPlainTextEdit::NoWrap);
    setVerticalScrollBarPolicy(Qt::ScrollBarAsNeeded);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(this, &QPlainTextEdit::blockCountChanged, this, [this] { layOutGutter(); });
    connect(this, &QPlainTextEdit::updateRequest, m_gutter,
            [this](const QRect&, int) { m_gutter->update(); });
    connect(this, &QPlainTextEdit::cursorPositionChanged, this, &CodeField::markCursor);
    connect(horizontalScrollBar(), &QScrollBar::rangeChanged, this, [this] { fitRows(); });
    connect(this, &QPlainTextEdit::textChanged, this, [this] {
        color();
        fitRows();
    });
    connect(&Theme::instance(), &Theme::changed, this, [this] {
        color();
        markCursor();
    });
    fitRows();
}

void CodeField::setRows(int least, int most) {
    m_least = least;
    m_most = std::max(least, most);
    fitRows();
    layOutGutter();
}

void CodeField::setError(const std::optional<Error>& error) {
    m_error = error;
    color();
    if (property("invalid").toBool() == error.has_value())
        return;
    setProperty("invalid", error.has_value());
    style()->unpolish(this);
    style()->polish(this);
}

int CodeField::gutterWidth() const {
    if (m_most <= 1)
        return 4;
    const int digits = int(QString::number(std::max(1, blockCount())).size());
    return 14 + std::max(2, digits) * QFontMetrics(font()).horizontalAdvance(QLatin1Char('0'));
}

void CodeField::layOutGutter() {
    setViewportMargins(gutterWidth(), 0, 0, 0);
    const QRect area = contentsRect();
    m_gutter->setGeometry(QRect(area.left(), area.top(), gutterWidth(), area.height()));
}

QSize CodeField::sizeHint() const {
    const int rows = std::clamp(blockCount(), m_least, m_most);
    const double laidOut = blockBoundingRect(document()->firstBlock()).height();
    const int line = std::max(QFontMetrics(font()).lineSpacing(), int(std::ceil(laidOut)));
    // A scroll bar must not cover the last line.
    const QScrollBar& sideways = *horizontalScrollBar();
    const int bar = sideways.maximum() > sideways.minimum() ? sideways.sizeHint().height() : 0;
    return {240, rows * line + 12 + bar};
}

QSize CodeField::minimumSizeHint() const {
    return {120, sizeHint().height()};
}

void CodeField::fitRows() {
    const int wanted = std::max(28, sizeHint().height());
    if (wanted == minimumHeight() && wanted == maximumHeight())
        return;
    setFixedHeight(wanted);
    updateGeometry();
}

void CodeField::resizeEvent(QResizeEvent* event) {
    QPlainTextEdit::resizeEvent(event);
    layOutGutter();
}

void CodeField::changeEvent(QEvent* event) {
    QPlainTextEdit::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange)
        fitRows();
}

void CodeField::focusOutEvent(QFocusEvent* event) {
    QPlainTextEdit::focusOutEvent(event);
    markCursor();
    if (event->reason() == Qt::PopupFocusReason)
        Q_EMIT covered();
    else
        Q_EMIT finished();
}

void CodeField::keyPressEvent(QKeyEvent* event) {
    const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (enter && (m_most <= 1 || event->modifiers() & Qt::ControlModifier)) {
        Q_EMIT finished();
        return;
    }
    if (enter) { // keep the indentation of the line above
        const QString line = textCursor().block().text();
        const auto first =
            std::find_if(line.begin(), line.end(), [](QChar letter) { return !letter.isSpace(); });
        insertPlainText(QLatin1Char('\n') + QString(int(first - line.begin()), QLatin1Char(' ')));
        return;
    }
    QPlainTextEdit::keyPressEvent(event);
}

void CodeField::paintGutter(QPaintEvent* event) {
    if (m_most <= 1)
        return;
    QPainter painter(m_gutter);
    painter.fillRect(event->rect(), themed(Token::Field));
    painter.setFont(font());
    painter.setPen(themed(Token::Ink3));
    QTextBlock block = firstVisibleBlock();
    double top = blockBoundingGeometry(block).translated(contentOffset()).top();
    while (block.isValid() && top <= event->rect().bottom()) {
        const double height = blockBoundingRect(block).height();
        painter.drawText(QRectF(0, top, m_gutter->width() - 8, height),
                         Qt::AlignRight | Qt::AlignVCenter,
                         QString::number(block.blockNumber() + 1));
        top += height;
        block = block.next();
    }
}

/// Colours go straight into the layouts of the blocks: the parser's highlighter knows the whole
/// text, which a QSyntaxHighlighter, working block by block, does not.
void CodeField::color() {
    if (m_coloring)
        return;
    m_coloring = true;
    const QString text = toPlainText();
    QList<QTextLayout::FormatRange> all = syntaxFormats(text);
    if (m_error) {
        const auto [at, length] = rangeOf(m_error->place, text);
        QTextLayout::FormatRange wave;
        wave.start = at;
        wave.length = length;
        wave.format.setUnderlineStyle(QTextCharFormat::WaveUnderline);
        wave.format.setUnderlineColor(themed(Token::Err));
        all.push_back(wave);
    }
    for (QTextBlock block = document()->begin(); block.isValid(); block = block.next()) {
        QList<QTextLayout::FormatRange> own;
        const int begin = block.position(), end = begin + block.length() - 1;
        for (QTextLayout::FormatRange range : all) {
            const int from = std::max(range.start, begin);
            const int to = std::min(range.start + range.length, end);
            if (from >= to)
                continue;
            range.start = from - begin;
            range.length = to - from;
            own.push_back(range);
        }
        block.layout()->setFormats(own);
        document()->markContentsDirty(block.position(), block.length());
    }
    viewport()->update();
    m_coloring = false;
}

void CodeField::markCursor() {
    QList<QTextEdit::ExtraSelection> marks;
    if (hasFocus() && m_most > 1) {
        QTextEdit::ExtraSelection line;
        line.format.setBackground(themed(Token::Sel));
        line.format.setProperty(QTextFormat::FullWidthSelection, true);
        line.cursor = textCursor();
        line.cursor.clearSelection();
        marks.push_back(line);
    }
    const auto [one, other] = matchingBrackets(toPlainText(), textCursor().position());
    for (const int at : {one, other}) {
        if (at < 0 || !hasFocus())
            continue;
        QTextEdit::ExtraSelection bracket;
        bracket.format.setBackground(themed(Token::DrawnBar));
        bracket.cursor = textCursor();
        bracket.cursor.setPosition(at);
        bracket.cursor.setPosition(at + 1, QTextCursor::KeepAnchor);
        marks.push_back(bracket);
    }
    setExtraSelections(marks);
}

} // namespace fuseboard
