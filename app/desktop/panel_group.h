// SPDX-License-Identifier: Apache-2.0
// A dock whose title bar is a row of tabs, and the title bar of docks that hold one view.
#pragma once

#include <QDockWidget>

class QHBoxLayout;
class QStackedWidget;
class QTabBar;

namespace fuseboard {

/// The bar of 32: title left, float and close right.
class DockTitle : public QWidget {
    Q_OBJECT

public:
    explicit DockTitle(QDockWidget* dock, const QString& title);
    /// Docks ask for this alone when they make room for their title.
    [[nodiscard]] QSize sizeHint() const override { return {160, 32}; }

protected:
    void paintEvent(QPaintEvent* event) override;
};

class PanelGroup : public QDockWidget {
    Q_OBJECT

public:
    /// `movable`: float and close buttons at the right.
    PanelGroup(const QString& title, const QString& name, bool movable, QWidget* parent = nullptr);
    /// `tools` stands at the right of the tabs while the panel is shown; may be null.
    void addPanel(const QString& title, QWidget* panel, QWidget* tools = nullptr);
    void showPanel(QWidget* panel);
    void setTitle(QWidget* panel, const QString& title);

private:
    QTabBar* m_tabs;
    QStackedWidget *m_panels, *m_tools;
};

} // namespace fuseboard
