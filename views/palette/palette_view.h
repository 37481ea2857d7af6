// SPDX-License-Identifier: Apache-2.0
// The content of the Operators dock: a search field and the sections below it.
#pragma once

#include "engine/graph/contract.h"

#include <QWidget>

class QLineEdit;
class QModelIndex;
class QTreeView;

namespace fuseboard {

class PaletteModel;

/// Entries are dragged onto the canvas (kOperatorMimeType) or added by double click or Enter.
class PaletteView : public QWidget {
    Q_OBJECT

public:
    explicit PaletteView(const Catalogue& catalogue, QWidget* parent = nullptr);
    [[nodiscard]] PaletteModel& model() { return *m_model; }
    void focusSearch(); ///< the `/` key

Q_SIGNALS:
    /// The name of an operator or EndpointKind that is to be added.
    void addRequested(const QString& name);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void request(const QModelIndex& index);

    PaletteModel* m_model;
    QLineEdit* m_search;
    QTreeView* m_tree;
};

} // namespace fuseboard
