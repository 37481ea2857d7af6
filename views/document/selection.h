// SPDX-License-Identifier: Apache-2.0
// The one selection of a document, shared by all its views: items of one side, one of them current.
#pragma once

#include "views/document/item.h"

#include <QObject>

namespace fuseboard {

/// GUI thread only. Items are kept sorted, without repeats.
class Selection : public QObject {
    Q_OBJECT

public:
    using QObject::QObject;

    [[nodiscard]] Side side() const { return m_side; }
    [[nodiscard]] const Items& items() const { return m_items; }
    /// The item chosen last; nullptr when nothing is selected.
    [[nodiscard]] const Item* current() const;
    [[nodiscard]] bool contains(Side side, const Item& item) const;
    [[nodiscard]] bool empty() const { return m_items.empty(); }
    /// Ids of the selected nodes.
    [[nodiscard]] std::vector<std::string> nodeIds() const;

    void clear();
    void select(Side side, Item item);   ///< that item alone
    void select(Side side, Items items); ///< the last becomes current
    void toggle(Side side, const Item& item);
    /// Drops items that `graph` does not hold any more.
    void prune(Side side, const Graph& graph);

Q_SIGNALS:
    /// Before somebody selects something else: last moment to take what is typed but not committed.
    /// Not emitted when items vanish.
    void aboutToChange();
    void changed();

private:
    void assign(Side side, Items items, std::optional<Item> current);
    void replace(Side side, Items items, std::optional<Item> current);

    Side m_side = Side::Drawn;
    Items m_items;
    std::optional<Item> m_current;
};

} // namespace fuseboard
