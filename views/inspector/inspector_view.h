// SPDX-License-Identifier: Apache-2.0
// The content of the Inspector dock: everything about the selected item, or about the pipeline
// while nothing is selected.
#pragma once

#include "views/inspector/node_sections.h"
#include "views/theme/theme.h"

#include <QWidget>

#include <optional>

class QScrollArea;
class QVBoxLayout;

namespace fuseboard {

class BindingForm;
class ParameterField;
class ParameterForm;
class PipelineForm;

/// GUI thread only; the document outlives it.
class InspectorView : public QWidget {
    Q_OBJECT

public:
    explicit InspectorView(GraphDocument& document, QWidget* parent = nullptr);
    /// The control of a parameter of the node that is shown; nullptr: not shown.
    [[nodiscard]] ParameterField* field(const std::string& parameter) const;
    void focusFirstField();
    /// Makes edits of what is typed and not committed yet, because a field waits for a pause or for
    /// the Return key.
    void commitPending();
    /// A sample of that source is being read; empty: of none.
    void setPinning(const std::string& port);

Q_SIGNALS:
    void pinRequested(const std::string& port);

private:
    void rebuild();
    void dropPage();
    void buildNode(const Inspected& inspected);
    void buildPort(const Inspected& inspected);
    void addSourceSchema(const std::string& port);
    void buildEdge(const Inspected& inspected);
    void buildPipeline();
    void addHeader(const QString& icon, Token tint, Token ink, const QString& title,
                   const QString& kind, const std::function<void(const QString&)>& rename);
    void refreshContent();
    void refreshSections();
    void refreshRuns();
    [[nodiscard]] const NodeData* drawnNode() const;

    GraphDocument& m_document;
    QScrollArea* m_scroll;
    QVBoxLayout* m_column = nullptr;
    std::optional<Inspected> m_inspected;
    std::string m_pinning;
    std::string m_nodeId; ///< of the drawn node that the form edits
    ParameterForm* m_form = nullptr;
    BindingForm* m_binding = nullptr;
    PipelineForm* m_pipeline = nullptr;
    std::vector<std::function<void()>> m_sections; ///< make a section anew
    std::vector<std::function<void()>> m_runs;     ///< as m_sections, after each new figure
    std::vector<std::function<void()>> m_contents; ///< follow an edit of the graph
};

} // namespace fuseboard
