// SPDX-License-Identifier: Apache-2.0
#include "views/palette/palette_view.h"

#include "views/palette/palette_model.h"
#include "views/theme/tabular_text.h"
#include "views/theme/theme.h"

#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QTreeView>
#include <QVBoxLayout>

namespace fuseboard {

namespace {

constexpr int kSectionHeight = 28, kEntryHeight = 28;

class PaletteDelegate : public QStyledItemDelegate {
public:
    using QStyledItemDelegate::QStyledItemDelegate;

    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem&,
                                 const QModelIndex& index) const override {
        return {0, index.parent().isValid() ? kEntryHeight : kSectionHeight};
    }

    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override {
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        const auto* tree = qobject_cast<const QTreeView*>(option.widget);
        const QRectF row(0, option.rect.top(), tree->viewport()->width(), option.rect.height());
        if (index.parent().isValid())
            paintEntry(*painter, row, option, index);
        else
            paintSection(*painter, row, option, index, tree->isExpanded(index));
        painter->restore();
    }

private:
    static void paintFocus(QPainter& painter, const QRectF& row,
                           const QStyleOptionViewItem& option) {
        const bool hovered = option.state & QStyle::State_MouseOver;
        const bool selected = option.state & QStyle::State_Selected;
        const QRectF back = row.adjusted(4, 0, -4, 0);
        if (hovered || selected) {
            painter.setPen(Qt::NoPen);
            painter.setBrush(themed(selected ? Token::Sel : Token::Hover));
            painter.drawRoundedRect(back, 4, 4);
        }
        if (selected && (option.state & QStyle::State_HasFocus)) {
            painter.setBrush(Qt::NoBrush);
            painter.setPen(QPen(themed(Token::Ink), 2));
            painter.drawRoundedRect(back.adjusted(1, 1, -1, -1), 4, 4);
        }
    }

    static void paintEntry(QPainter& painter, const QRectF& row, const QStyleOptionViewItem& option,
                           const QModelIndex& index) {
        paintFocus(painter, row, option);
        Theme::instance().paintIcon(painter, QRectF(30, row.center().y() - 8, 16, 16),
                                    index.data(PaletteModel::IconNameRole).toString(),
                                    themed(Token::Ink2));
        painter.setFont(themed(TextStyle::Body));
        painter.setPen(themed(Token::Ink));
        const QRectF text(56, row.top(), row.width() - 64, row.height());
        painter.drawText(text, Qt::AlignLeft | Qt::AlignVCenter,
                         QFontMetricsF(painter.font())
                             .elidedText(index.data().toString(), Qt::ElideRight, text.width()));
    }

    static void paintSection(QPainter& painter, const QRectF& row,
                             const QStyleOptionViewItem& option, const QModelIndex& index,
                             bool open) {
        if (option.state & QStyle::State_Selected)
            paintFocus(painter, row, option);
        Theme::instance().paintIcon(painter, QRectF(10, row.center().y() - 6, 12, 12),
                                    open ? QStringLiteral("down") : QStringLiteral("right"),
                                    themed(Token::Ink2));
        painter.setFont(themed(TextStyle::SmallStrong));
        painter.setPen(themed(Token::Ink2));
        painter.drawText(row.adjusted(28, 0, -28, 0), Qt::AlignLeft | Qt::AlignVCenter,
                         index.data().toString());
        painter.setFont(themed(TextStyle::Small));
        painter.setPen(themed(Token::Ink3));
        drawTabular(painter, row.adjusted(0, 0, -9, 0), Qt::AlignRight | Qt::AlignVCenter,
                    index.data(PaletteModel::CountRole).toString());
    }
};

/// A key as the reference draws it, inside the search field.
QLabel* keyCap(const QString& key, QWidget* parent) {
    auto* cap = new QLabel(key, parent);
    cap->setAlignment(Qt::AlignCenter);
    cap->setFixedSize(16, 18);
    cap->setStyleSheet(QStringLiteral("border: 1px solid palette(mid); border-radius: 4px;"
                                      "background: palette(alternate-base); font-size: 11px;"));
    return cap;
}

} // namespace

PaletteView::PaletteView(const Catalogue& catalogue, QWidget* parent)
    : QWidget(parent), m_model(new PaletteModel(catalogue, this)), m_search(new QLineEdit),
      m_tree(new QTreeView) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 8, 0, 0);
    column->setSpacing(4);
    m_search->setPlaceholderText(tr("Search operators"));
    m_search->setAccessibleName(tr("Search operators"));
    m_search->setClearButtonEnabled(false);
    m_search->addAction(Theme::instance().icon(QStringLiteral("search"), Token::Ink3),
                        QLineEdit::LeadingPosition);
    m_search->installEventFilter(this);
    auto* inField = new QHBoxLayout(m_search);
    inField->setContentsMargins(0, 0, 7, 0);
    QLabel* cap = keyCap(QStringLiteral("/"), m_search);
    inField->addWidget(cap, 0, Qt::AlignRight | Qt::AlignVCenter);
    connect(m_search, &QLineEdit::textChanged, this, [this, cap](const QString& text) {
        cap->setVisible(text.isEmpty());
        m_model->setFilter(text);
        m_tree->expandAll();
        if (!text.isEmpty() && m_model->rowCount() > 0)
            m_tree->setCurrentIndex(m_model->index(0, 0, m_model->index(0, 0)));
    });
    auto* inset = new QHBoxLayout;
    inset->setContentsMargins(8, 0, 8, 0);
    inset->addWidget(m_search);
    column->addLayout(inset);

    m_tree->setModel(m_model);
    m_tree->setItemDelegate(new PaletteDelegate(m_tree));
    m_tree->setHeaderHidden(true);
    m_tree->setRootIsDecorated(false);
    m_tree->setIndentation(0);
    m_tree->setExpandsOnDoubleClick(false);
    m_tree->setDragEnabled(true);
    m_tree->setDragDropMode(QAbstractItemView::DragOnly);
    m_tree->setMouseTracking(true);
    m_tree->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_tree->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    m_tree->setAccessibleName(tr("Operators"));
    m_tree->setStyleSheet(QStringLiteral("QTreeView::item, QTreeView::item:hover,"
                                         "QTreeView::item:selected { background: transparent; }"));
    m_tree->expandAll();
    m_tree->installEventFilter(this);
    connect(m_tree, &QTreeView::clicked, this, [this](const QModelIndex& index) {
        if (!index.parent().isValid())
            m_tree->setExpanded(index, !m_tree->isExpanded(index));
    });
    connect(m_tree, &QTreeView::doubleClicked, this, &PaletteView::request);
    column->addWidget(m_tree, 1);
    setFocusProxy(m_search);
}

void PaletteView::focusSearch() {
    m_search->setFocus(Qt::ShortcutFocusReason);
    m_search->selectAll();
}

void PaletteView::request(const QModelIndex& index) {
    const QString name = index.data(PaletteModel::NameRole).toString();
    if (!name.isEmpty())
        Q_EMIT addRequested(name);
}

bool PaletteView::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() != QEvent::KeyPress)
        return QWidget::eventFilter(watched, event);
    auto* key = static_cast<QKeyEvent*>(event);
    const QModelIndex current = m_tree->currentIndex();
    const bool enter = key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter;
    if (enter && current.isValid()) {
        if (current.parent().isValid())
            request(current);
        else
            m_tree->setExpanded(current, !m_tree->isExpanded(current));
        return true;
    }
    if (watched == m_search && key->key() == Qt::Key_Down) {
        if (!current.isValid())
            m_tree->setCurrentIndex(m_model->index(0, 0));
        m_tree->setFocus(Qt::TabFocusReason);
        return true;
    }
    if (watched == m_search && key->key() == Qt::Key_Escape && !m_search->text().isEmpty()) {
        m_search->clear();
        return true;
    }
    if (watched == m_tree && key->text() == QStringLiteral("/")) {
        focusSearch();
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

} // namespace fuseboard
