// SPDX-License-Identifier: Apache-2.0
// The status bar: what happened last at the left, where runs are recorded at the right.
#pragma once

#include <QStatusBar>

#include <vector>

class QLabel;
class QProgressBar;

namespace fuseboard {

class StatusLine : public QStatusBar {
    Q_OBJECT

public:
    /// A piece of the left text; pieces are set apart by dots.
    struct Part {
        QString plain, strong; ///< "as drawn", "1.92 s"
        bool strongFirst = false;
        bool isError = false;
    };
    explicit StatusLine(QWidget* parent = nullptr);
    void setParts(const std::vector<Part>& parts);
    void setText(const QString& text);
    void setRight(const QString& text);
    void setProgress(double done); ///< 0 to 1; below 0: hide
    [[nodiscard]] QString text() const;

private:
    QLabel *m_left, *m_right;
    QProgressBar* m_progress;
};

} // namespace fuseboard
