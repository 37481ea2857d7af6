// SPDX-License-Identifier: Apache-2.0
// The Code tab: what the stages of the optimised plan run as, line by line with the node that each
// line belongs to. It asks for code only while it is seen.
#pragma once

#include "views/code/code_text.h"
#include "views/document/graph_document.h"

#include <QWidget>

class QButtonGroup;
class QComboBox;
class QLabel;
class QLineEdit;
class QStackedLayout;

namespace fuseboard {

class CodePane;
class EmptyState;

/// GUI thread only; the document must outlive it.
class CodeView : public QWidget {
    Q_OBJECT

public:
    explicit CodeView(GraphDocument& document, QWidget* parent = nullptr);
    void setText(CodeText text); ///< answers wanted()
    [[nodiscard]] CodeShape shape() const { return m_shape; }
    [[nodiscard]] CodePane& pane() { return *m_pane; }
    /// Find, form and copy, for the bar of the tabs. The caller places it.
    [[nodiscard]] QWidget* tools() { return m_tools; }

Q_SIGNALS:
    /// The code of the document's optimised plan is wanted as shape().
    void wanted();

protected:
    void showEvent(QShowEvent* event) override;

private:
    void buildTools();
    void chooseShape(int shape);
    void askAgain();
    void showEmpty(const QString& title, const QString& hint);
    void showStage(int index);
    void followSelection();
    void copyAll() const;

    GraphDocument& m_document;
    CodeText m_text;
    CodeShape m_shape = CodeShape::Program;
    OptimizedPtr m_askedOf; ///< plan that was asked for last
    QWidget* m_tools;
    QComboBox* m_stages;
    QButtonGroup* m_shapes;
    QLineEdit* m_find;
    QLabel* m_remark;
    CodePane* m_pane;
    EmptyState* m_empty;
    QStackedLayout* m_pages;
};

} // namespace fuseboard
