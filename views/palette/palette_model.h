// SPDX-License-Identifier: Apache-2.0
// Operators, sources and sinks in their sections, as a tree of two levels for any item view.
#pragma once

#include "engine/graph/contract.h"

#include <QAbstractItemModel>

#include <vector>

namespace fuseboard {

/// GUI thread only. The catalogue must outlive it. Filtering hides what does not match and sections
/// that become empty.
class PaletteModel : public QAbstractItemModel {
    Q_OBJECT

public:
    enum Role { NameRole = Qt::UserRole + 1, IconNameRole, CountRole };

    explicit PaletteModel(const Catalogue& catalogue, QObject* parent = nullptr);
    void setFilter(const QString& text);
    [[nodiscard]] const QString& filter() const { return m_filter; }

    [[nodiscard]] QModelIndex index(int row, int column,
                                    const QModelIndex& parent = {}) const override;
    [[nodiscard]] QModelIndex parent(const QModelIndex& child) const override;
    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex&) const override { return 1; }
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;
    [[nodiscard]] QStringList mimeTypes() const override;
    [[nodiscard]] QMimeData* mimeData(const QModelIndexList& indexes) const override;
    [[nodiscard]] Qt::DropActions supportedDragActions() const override { return Qt::CopyAction; }

private:
    struct Entry {
        QString name, title, icon, summary;
    };
    struct Section {
        QString title;
        std::vector<Entry> all;
        std::vector<int> shown; ///< positions in all
    };
    Section& section(const QString& title);
    [[nodiscard]] const Entry* entry(const QModelIndex& index) const;
    void refilter();

    std::vector<Section> m_sections;
    std::vector<int> m_shown; ///< positions in m_sections
    QString m_filter;
};

} // namespace fuseboard
