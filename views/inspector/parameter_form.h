// SPDX-License-Identifier: Apache-2.0
// The form of one node, generated from the parameters of its operator. Every change is an undoable
// command on the document.
#pragma once

#include "views/document/graph_document.h"

#include <QWidget>

#include <string>
#include <vector>

namespace fuseboard {

class ParameterField;
class SectionHeader;

/// Shows and edits one node of the drawn graph. GUI thread only; the document outlives it.
class ParameterForm : public QWidget {
    Q_OBJECT

public:
    ParameterForm(GraphDocument& document, std::string nodeId, QWidget* parent = nullptr);
    void refresh(); ///< shows what the document holds now
    [[nodiscard]] ParameterField* field(const std::string& parameter) const;
    void focusError(); ///< puts the cursor into the first field that has an error

private:
    struct Row {
        const ParameterSpec* spec;
        ParameterField* field;
        SectionHeader* header; ///< null for switches
    };
    void addRow(const ParameterSpec& spec);
    void commit(const Row& row);
    void showState(const Row& row);
    [[nodiscard]] const NodeData* node() const;

    GraphDocument& m_document;
    std::string m_nodeId;
    std::vector<Row> m_rows;
    bool m_committing = false;
};

} // namespace fuseboard
