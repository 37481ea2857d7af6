// SPDX-License-Identifier: Apache-2.0
// The popup that adds a node by typing: what fits the wire first, what does not below, with why.
#pragma once

#include "engine/graph/contract.h"

#include <QString>
#include <QWidget>

#include <vector>

class QLineEdit;

namespace fuseboard {

/// What is to be added, and where it will be connected.
struct QuickAddRequest {
    QString title; ///< "Add after select 1"
    QString type;  ///< of the wire, when known: "record, 5 fields"
    bool needsInput = false, needsOutput = false;
    const Catalogue* catalogue = nullptr;
};

/// One line of the popup.
struct QuickAddEntry {
    QString name; ///< of an operator or EndpointKind
    QString title, icon, remark;
    bool fits = true;
    int matchFrom = -1, matchLength = 0; ///< of the filter text in the title
};

/// Entries for a filter text, best first: fitting ones, then the others. A word matches at the
/// beginning of a word of the title first, then anywhere in title, name or summary.
[[nodiscard]] std::vector<QuickAddEntry> quickAddEntries(const QuickAddRequest& request,
                                                         const QString& filter, bool showAll);

class QuickAdd : public QWidget {
    Q_OBJECT

public:
    explicit QuickAdd(QWidget* parent);
    void open(const QuickAddRequest& request, const QPoint& corner);

Q_SIGNALS:
    void chosen(const QString& name);
    void cancelled();

protected:
    void paintEvent(QPaintEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void refilter();
    void step(int direction);
    void accept(int row);
    void arrange();
    [[nodiscard]] QRect rowRect(int row) const;
    [[nodiscard]] int rowAt(const QPoint& point) const;
    [[nodiscard]] int firstUnfit() const;
    void paintRow(QPainter& painter, int row) const;
    void paintFooter(QPainter& painter) const;

    QuickAddRequest m_request;
    QLineEdit* m_filter;
    std::vector<QuickAddEntry> m_entries;
    int m_current = 0;
    int m_first = 0; ///< the first row in view
    bool m_showAll = false;
    QPoint m_corner;
};

} // namespace fuseboard
