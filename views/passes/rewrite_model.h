// SPDX-License-Identifier: Apache-2.0
// What the passes did and refused, one row each, as a table for any item view.
#pragma once

#include "views/document/graph_document.h"

#include <QAbstractTableModel>

namespace fuseboard {

/// GUI thread only; the document must outlive it. Follows the document.
class RewriteModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { Pass, Nodes, Result, Reason, Saved, ColumnCount };

    explicit RewriteModel(GraphDocument& document, QObject* parent = nullptr);
    void setRefusedOnly(bool refusedOnly);
    [[nodiscard]] int done() const { return m_done; }
    [[nodiscard]] int refused() const { return m_refused; }
    /// Nodes that a row speaks of, as the naive graph names them.
    [[nodiscard]] std::vector<std::string> nodesOf(int row) const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role) const override;

private:
    struct Row {
        int pass = 0;                     ///< position in the plan
        const Rewrite* rewrite = nullptr; ///< of m_plan
    };
    void reload();
    [[nodiscard]] QString nodeNames(const Rewrite& rewrite) const;
    [[nodiscard]] QString text(const Row& row, int column) const;

    GraphDocument& m_document;
    OptimizedPtr m_plan; ///< keeps the rewrites alive
    std::vector<Row> m_rows;
    bool m_refusedOnly = false;
    int m_done = 0, m_refused = 0;
};

/// The label of a pass in the stepper: "constant folding".
[[nodiscard]] QString passLabel(const std::string& name);

} // namespace fuseboard
