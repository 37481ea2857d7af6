// SPDX-License-Identifier: Apache-2.0
// The Stages table as a model: two figures a cell, as drawn above and optimised below.
#pragma once

#include "views/stages/stage_table.h"

#include <QAbstractTableModel>

namespace fuseboard {

/// GUI thread only. The accessible text of a cell holds both figures.
class StageModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { Stage, Rows, Rate, P50, P99, P999, Bytes, QueueWait, Errors, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;
    void setRows(std::vector<StageTableRow> rows);
    [[nodiscard]] const std::vector<StageTableRow>& rows() const { return m_rows; }

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role) const override;

private:
    [[nodiscard]] QVariant firstColumn(const StageTableRow& row, int at, int role) const;
    [[nodiscard]] QVariant pair(const StageTableRow& row, int column) const;
    [[nodiscard]] static QVariant stageTip(const StageTableRow& row);
    [[nodiscard]] static QString groupTip(const StageTableRow& row, int column);
    [[nodiscard]] QString plain(const StageTableRow& row, int column) const;

    std::vector<StageTableRow> m_rows;
    double m_most[ColumnCount] = {};
};

} // namespace fuseboard
