// SPDX-License-Identifier: Apache-2.0
// A plain text field for code: line numbers, colours of the syntax, matching brackets, and a wavy
// line under what is wrong.
#pragma once

#include "engine/base/error.h"

#include <QPlainTextEdit>

#include <optional>

namespace fuseboard {

/// Grows with its text between two numbers of rows. GUI thread only.
class CodeField : public QPlainTextEdit {
    Q_OBJECT

public:
    explicit CodeField(QWidget* parent = nullptr);
    void setRows(int least, int most);
    void setError(const std::optional<Error>& error); ///< marks its place in the text
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    void finished(); ///< the focus has left
    void covered();  ///< the focus has left for a menu and will be back

protected:
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    class Gutter;
    [[nodiscard]] int gutterWidth() const;
    void paintGutter(QPaintEvent* event);
    void layOutGutter();
    void color();
    void markCursor();
    void fitRows();

    Gutter* m_gutter;
    int m_least = 1, m_most = 14;
    std::optional<Error> m_error;
    bool m_coloring = false;
};

} // namespace fuseboard
