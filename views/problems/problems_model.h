// SPDX-License-Identifier: Apache-2.0
// The problems of a document as a list for any item view: what is wrong, where, and what to do.
#pragma once

#include "views/document/graph_document.h"

#include <QAbstractTableModel>

namespace fuseboard {

/// GUI thread only; the document must outlive it. Follows the document.
class ProblemsModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { Where, Message, Hint, ColumnCount };

    explicit ProblemsModel(GraphDocument& document, QObject* parent = nullptr);
    [[nodiscard]] const Error* problem(int row) const; ///< nullptr: no such row

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role) const override;

private:
    [[nodiscard]] QString where(const Error& error) const;

    GraphDocument& m_document;
    std::vector<Error> m_shown;
};

} // namespace fuseboard
