// SPDX-License-Identifier: Apache-2.0
// The list of recorded runs as a table for any item view.
#pragma once

#include "views/runs/run_entry.h"

#include <QAbstractTableModel>

namespace fuseboard {

/// GUI thread only. The tag can be edited; editing only emits tagEdited().
class RunsModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { Run, Recorded, Pipeline, Rows, Drawn, Optimised, Factor, Tag, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;
    void setEntries(std::vector<RunEntry> entries);
    [[nodiscard]] const std::vector<RunEntry>& entries() const { return m_entries; }

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    bool setData(const QModelIndex& index, const QVariant& value, int role) override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role) const override;

Q_SIGNALS:
    void tagEdited(int row, const QString& tag);

private:
    std::vector<RunEntry> m_entries;
};

} // namespace fuseboard
