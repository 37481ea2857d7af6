// SPDX-License-Identifier: Apache-2.0
#include "views/canvas/quick_add.h"

#include "views/document/endpoint_kinds.h"
#include "views/theme/theme.h"

#include <QAction>
#include <QCoreApplication>
#include <QFontMetricsF>
#include <QGraphicsDropShadowEffect>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMouseEvent>
#include <QPainter>
#include <QWheelEvent>

#include <algorithm>

namespace fuseboard {

namespace {

constexpr int kWidth = 360, kRow = 32, kHead = 76, kFoot = 36, kDivider = 37;
constexpr int kMostRows = 9;

QString utf8(std::string_view text) {
    return QString::fromUtf8(text.data(), qsizetype(text.size()));
}

/// 0: at the start of a word of the title; 1: inside it; 2: elsewhere; -1: nowhere.
int rank(QuickAddEntry& entry, const QString& extra, const QString& filter) {
    if (filter.isEmpty())
        return 2;
    const qsizetype at = entry.title.indexOf(filter, 0, Qt::CaseInsensitive);
    if (at >= 0) {
        entry.matchFrom = int(at);
        entry.matchLength = int(filter.size());
        const bool atWord = at == 0 || !entry.title[at - 1].isLetterOrNumber();
        return atWord ? 0 : 1;
    }
    const bool elsewhere = entry.name.contains(filter, Qt::CaseInsensitive) ||
                           extra.contains(filter, Qt::CaseInsensitive);
    return elsewhere ? 2 : -1;
}

} // namespace

std::vector<QuickAddEntry> quickAddEntries(const QuickAddRequest& request, const QString& filter,
                                           bool showAll) {
    struct Ranked {
        QuickAddEntry entry;
        int rank;
    };
    std::vector<Ranked> found;
    const QString wanted = showAll ? QString() : filter.trimmed();
    const auto offer = [&](QuickAddEntry entry, const QString& summary) {
        const int at = rank(entry, summary, wanted);
        if (at < 0)
            return;
        if (entry.fits)
            entry.remark = summary;
        found.push_back({std::move(entry), at});
    };
    for (const OperatorInfo* info : request.catalogue->all()) {
        if (!info->inPalette)
            continue;
        const Contract contract = info->contract({});
        QuickAddEntry entry;
        entry.name = utf8(info->name);
        entry.title = utf8(info->title);
        entry.icon = info->icon.empty() ? QStringLiteral("select") : utf8(info->icon);
        if (request.needsInput && contract.inputs.empty()) {
            entry.fits = false;
            entry.remark = QCoreApplication::translate("QuickAdd", "takes no rows");
        } else if (request.needsOutput && contract.outputs.empty() && !contract.anyOutput) {
            entry.fits = false;
            entry.remark = QCoreApplication::translate("QuickAdd", "sends no rows");
        }
        offer(std::move(entry), utf8(info->summary));
    }
    for (const EndpointKind& kind : endpointKinds()) {
        QuickAddEntry entry;
        entry.name = utf8(kind.name);
        entry.title = QCoreApplication::translate("EndpointKind", kind.title);
        entry.icon = QString::fromLatin1(kind.icon);
        if (request.needsInput && kind.isSource) {
            entry.fits = false;
            entry.remark = QCoreApplication::translate("QuickAdd", "a source takes no rows");
        } else if (request.needsOutput && !kind.isSource) {
            entry.fits = false;
            entry.remark = QCoreApplication::translate("QuickAdd", "a sink sends no rows");
        }
        offer(std::move(entry), QCoreApplication::translate("EndpointKind", kind.summary));
    }
    std::stable_sort(found.begin(), found.end(), [](const Ranked& a, const Ranked& b) {
        return a.entry.fits != b.entry.fits ? a.entry.fits : a.rank < b.rank;
    });
    std::vector<QuickAddEntry> entries;
    for (Ranked& ranked : found)
        entries.push_back(std::move(ranked.entry));
    return entries;
}

QuickAdd::QuickAdd(QWidget* parent) : QWidget(parent), m_filter(new QLineEdit(this)) {
    hide();
    setMouseTracking(true);
    setAccessibleName(tr("Quick add"));
    m_filter->setGeometry(12, 36, kWidth - 24, 28);
    m_filter->setPlaceholderText(tr("Search operators"));
    m_filter->addAction(Theme::instance().icon(QStringLiteral("search"), Token::Ink3),
                        QLineEdit::LeadingPosition);
    m_filter->installEventFilter(this);
    connect(m_filter, &QLineEdit::textChanged, this, [this] {
        m_showAll = false;
        refilter();
    });
    auto* shadow = new QGraphicsDropShadowEffect(this);
    shadow->setBlurRadius(32);
    shadow->setOffset(0, 8);
    shadow->setColor(QColor(20, 26, 38, 60));
    setGraphicsEffect(shadow);
}

void QuickAdd::open(const QuickAddRequest& request, const QPoint& corner) {
    m_request = request;
    m_corner = corner;
    m_showAll = false;
    m_filter->clear();
    refilter();
    show();
    raise();
    m_filter->setFocus(Qt::PopupFocusReason);
}

void QuickAdd::refilter() {
    m_entries = quickAddEntries(m_request, m_filter->text(), m_showAll);
    m_current = 0;
    m_first = 0;
    arrange();
    update();
}

int QuickAdd::firstUnfit() const {
    const auto at = std::find_if(m_entries.begin(), m_entries.end(),
                                 [](const QuickAddEntry& entry) { return !entry.fits; });
    return int(at - m_entries.begin());
}

void QuickAdd::arrange() {
    const int rows = std::clamp(int(m_entries.size()), 1, kMostRows);
    const int unfit = firstUnfit();
    const bool divided = unfit < int(m_entries.size()) && unfit < m_first + rows;
    const QSize size(kWidth, kHead + rows * kRow + (divided ? kDivider : 0) + kFoot + 6);
    const QRect room = parentWidget()->rect().adjusted(4, 4, -4, -4);
    QPoint corner = m_corner;
    corner.setX(
        std::clamp(corner.x(), room.left(), std::max(room.left(), room.right() - size.width())));
    corner.setY(
        std::clamp(corner.y(), room.top(), std::max(room.top(), room.bottom() - size.height())));
    setGeometry(QRect(corner, size));
}

QRect QuickAdd::rowRect(int row) const {
    const int index = row - m_first;
    const int unfit = firstUnfit();
    const bool below = row >= unfit && unfit < int(m_entries.size()) && unfit < m_first + kMostRows;
    return {4, kHead + index * kRow + (below ? kDivider : 0), kWidth - 8, kRow};
}

int QuickAdd::rowAt(const QPoint& point) const {
    for (int row = m_first; row < std::min(int(m_entries.size()), m_first + kMostRows); ++row) {
        if (rowRect(row).contains(point))
            return row;
    }
    return -1;
}

void QuickAdd::step(int direction) {
    if (m_entries.empty())
        return;
    m_current = std::clamp(m_current + direction, 0, int(m_entries.size()) - 1);
    if (m_current < m_first)
        m_first = m_current;
    if (m_current >= m_first + kMostRows)
        m_first = m_current - kMostRows + 1;
    arrange();
    update();
}

void QuickAdd::accept(int row) {
    if (row < 0 || row >= int(m_entries.size()) || !m_entries[std::size_t(row)].fits)
        return;
    const QString name = m_entries[std::size_t(row)].name;
    hide();
    Q_EMIT chosen(name);
}

bool QuickAdd::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::FocusOut && isVisible() &&
        static_cast<QFocusEvent*>(event)->reason() != Qt::ActiveWindowFocusReason) {
        hide();
        Q_EMIT cancelled();
    }
    if (event->type() != QEvent::KeyPress)
        return QWidget::eventFilter(watched, event);
    switch (static_cast<QKeyEvent*>(event)->key()) {
    case Qt::Key_Down: step(1); return true;
    case Qt::Key_Up: step(-1); return true;
    case Qt::Key_PageDown: step(kMostRows); return true;
    case Qt::Key_PageUp: step(-kMostRows); return true;
    case Qt::Key_Return:
    case Qt::Key_Enter: accept(m_current); return true;
    case Qt::Key_Tab:
        m_showAll = !m_showAll;
        refilter();
        return true;
    case Qt::Key_Escape:
        hide();
        Q_EMIT cancelled();
        return true;
    default: return QWidget::eventFilter(watched, event);
    }
}

void QuickAdd::mouseMoveEvent(QMouseEvent* event) {
    const int row = rowAt(event->position().toPoint());
    if (row >= 0 && row != m_current) {
        m_current = row;
        update();
    }
}

void QuickAdd::mousePressEvent(QMouseEvent* event) {
    event->accept();
    accept(rowAt(event->position().toPoint()));
}

void QuickAdd::wheelEvent(QWheelEvent* event) {
    event->accept();
    step(event->angleDelta().y() > 0 ? -1 : 1);
}

void QuickAdd::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(themed(Token::Line2), 1));
    painter.setBrush(themed(Token::Pop));
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8);
    painter.setFont(themed(TextStyle::Small));
    painter.setPen(themed(Token::Ink2));
    painter.drawText(QRect(12, 12, kWidth - 24, 16), Qt::AlignLeft | Qt::AlignVCenter,
                     m_request.title);
    painter.setFont(themed(TextStyle::Mono));
    painter.drawText(QRect(12, 12, kWidth - 24, 16), Qt::AlignRight | Qt::AlignVCenter,
                     m_request.type);
    if (m_entries.empty()) {
        painter.setFont(themed(TextStyle::Body));
        painter.setPen(themed(Token::Ink3));
        painter.drawText(QRect(16, kHead, kWidth - 32, kRow), Qt::AlignLeft | Qt::AlignVCenter,
                         tr("Nothing of that name. Tab shows all."));
    }
    const int last = std::min(int(m_entries.size()), m_first + kMostRows);
    const int unfit = firstUnfit();
    for (int row = m_first; row < last; ++row) {
        if (row == std::max(unfit, m_first)) {
            const int top = rowRect(row).top() - kDivider;
            painter.fillRect(QRect(0, top + 6, kWidth, 1), themed(Token::Line));
            painter.setFont(themed(TextStyle::Small));
            painter.setPen(themed(Token::Ink2));
            painter.drawText(QRect(12, top + 13, kWidth - 24, 20), Qt::AlignLeft | Qt::AlignVCenter,
                             tr("Does not accept this wire"));
        }
        paintRow(painter, row);
    }
    paintFooter(painter);
}

void QuickAdd::paintRow(QPainter& painter, int row) const {
    const QuickAddEntry& entry = m_entries[std::size_t(row)];
    const QRect rect = rowRect(row);
    if (row == m_current) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(themed(entry.fits ? Token::DrawnSoft : Token::Hover));
        painter.drawRoundedRect(rect, 4, 4);
    }
    const QColor ink = themed(entry.fits ? Token::Ink : Token::Ink3);
    Theme::instance().paintIcon(painter, QRectF(rect.left() + 8, rect.center().y() - 7, 16, 16),
                                entry.fits ? entry.icon : QStringLiteral("nul"), ink);
    painter.setPen(ink);
    double x = rect.left() + 34;
    const auto part = [&](const QString& text, bool strong) {
        painter.setFont(themed(strong ? TextStyle::BodyStrong : TextStyle::Body));
        const QFontMetricsF metrics(painter.font());
        painter.drawText(QPointF(x, rect.center().y() + metrics.capHeight() / 2 + 0.5), text);
        x += metrics.horizontalAdvance(text);
    };
    if (entry.matchFrom < 0) {
        part(entry.title, false);
    } else {
        part(entry.title.left(entry.matchFrom), false);
        part(entry.title.mid(entry.matchFrom, entry.matchLength), true);
        part(entry.title.mid(entry.matchFrom + entry.matchLength), false);
    }
    painter.setFont(themed(TextStyle::Small));
    painter.setPen(themed(entry.fits ? Token::Ink2 : Token::Ink3));
    const QRectF remark(x + 16, rect.top(), rect.right() - 8 - x - 16, rect.height());
    painter.drawText(
        remark, Qt::AlignRight | Qt::AlignVCenter,
        QFontMetricsF(painter.font()).elidedText(entry.remark, Qt::ElideRight, remark.width()));
}

void QuickAdd::paintFooter(QPainter& painter) const {
    const int top = height() - kFoot;
    painter.fillRect(QRect(1, top, kWidth - 2, 1), themed(Token::Line));
    painter.setFont(themed(TextStyle::Small));
    const QFontMetricsF metrics(painter.font());
    const double middle = top + kFoot / 2.0;
    const auto key = [&](double x, const QString& name, const QString& text) {
        const QRectF cap(x, middle - 9, metrics.horizontalAdvance(name) + 12, 18);
        painter.setPen(QPen(themed(Token::Line2), 1));
        painter.setBrush(themed(Token::Panel));
        painter.drawRoundedRect(cap.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
        painter.setPen(themed(Token::Ink2));
        painter.drawText(cap, Qt::AlignCenter, name);
        painter.drawText(QPointF(cap.right() + 6, middle + metrics.capHeight() / 2), text);
        return cap.right() + 6 + metrics.horizontalAdvance(text) + 14;
    };
    const bool connects = m_request.needsInput || m_request.needsOutput;
    const double next = key(12, tr("Enter"), connects ? tr("add and connect") : tr("add"));
    key(next, tr("Tab"), m_showAll ? tr("show matches") : tr("show all"));
    const double escape =
        metrics.horizontalAdvance(tr("Esc")) + 12 + 6 + metrics.horizontalAdvance(tr("cancel"));
    key(kWidth - 12 - escape, tr("Esc"), tr("cancel"));
}

} // namespace fuseboard
