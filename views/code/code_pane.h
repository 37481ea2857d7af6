// SPDX-License-Identifier: Apache-2.0
// Lines of code that cannot be edited, with the node that each belongs to in a gutter.
#pragma once

#include "views/code/code_text.h"
#include "views/theme/theme.h"

#include <QPlainTextEdit>

namespace fuseboard {

/// GUI thread only.
class CodePane : public QPlainTextEdit {
    Q_OBJECT

public:
    explicit CodePane(QWidget* parent = nullptr);
    void setStage(const CodeTextStage& stage);
    /// Goes to the next place of `text`, from the start again behind the last. False: there is
    /// none.
    bool findNext(const QString& text, bool backwards = false);
    /// The colour that stands for a member.
    [[nodiscard]] static Token colorOf(int node);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    class Gutter;
    void layOutGutter();
    void paintGutter();

    Gutter* m_gutter;
    QStringList m_names;
    std::vector<int> m_nodes; ///< by line
};

} // namespace fuseboard
