// SPDX-License-Identifier: Apache-2.0
#include "app/desktop/panel_group.h"

#include "views/theme/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QStackedWidget>
#include <QTabBar>
#include <QToolButton>

namespace fuseboard {

namespace {

constexpr int kBarHeight = 32;

void paintBar(QWidget& bar) {
    QPainter painter(&bar);
    painter.fillRect(bar.rect(), themed(Token::Panel));
    painter.fillRect(QRect(0, bar.height() - 1, bar.width(), 1), themed(Token::Line2));
}

/// A bar of tabs with the line of the guide below it.
class TabsLine : public QWidget {
public:
    using QWidget::QWidget;
    [[nodiscard]] QSize sizeHint() const override { return {200, kBarHeight}; }

protected:
    void paintEvent(QPaintEvent*) override { paintBar(*this); }
};

void addDockButtons(QHBoxLayout& row, QDockWidget* dock) {
    const auto button = [&](const char* icon, const QString& text, auto act) {
        auto* tool = new QToolButton;
        tool->setIcon(Theme::instance().icon(QString::fromLatin1(icon), Token::Ink3));
        tool->setIconSize({14, 14});
        tool->setFixedSize(20, 20);
        tool->setToolTip(text);
        tool->setAccessibleName(text);
        QObject::connect(tool, &QToolButton::clicked, dock, act);
        row.addWidget(tool);
    };
    button("float", QDockWidget::tr("Float or dock"),
           [dock] { dock->setFloating(!dock->isFloating()); });
    button("close", QDockWidget::tr("Close; the Window menu opens it again"),
           [dock] { dock->close(); });
}

} // namespace

DockTitle::DockTitle(QDockWidget* dock, const QString& title) {
    setFixedHeight(kBarHeight);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(12, 0, 8, 0);
    row->setSpacing(2);
    auto* label = new QLabel(title);
    label->setFont(themed(TextStyle::BodyStrong));
    row->addWidget(label);
    row->addStretch(1);
    addDockButtons(*row, dock);
}

void DockTitle::paintEvent(QPaintEvent*) {
    paintBar(*this);
}

PanelGroup::PanelGroup(const QString& title, const QString& name, bool movable, QWidget* parent)
    : QDockWidget(title, parent), m_tabs(new QTabBar), m_panels(new QStackedWidget),
      m_tools(new QStackedWidget) {
    setObjectName(name);
    auto* bar = new TabsLine;
    bar->setFixedHeight(kBarHeight);
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(8, 0, 8, 0);
    row->setSpacing(2);
    m_tabs->setExpanding(false);
    m_tabs->setDrawBase(false);
    m_tabs->setUsesScrollButtons(false);
    m_tabs->setElideMode(Qt::ElideNone);
    m_tabs->setAccessibleName(title);
    m_tools->setFixedHeight(kBarHeight - 1);
    row->addWidget(m_tabs);
    row->addStretch(1);
    row->addWidget(m_tools);
    if (movable)
        addDockButtons(*row, this);
    setTitleBarWidget(bar);
    setWidget(m_panels);
    connect(m_tabs, &QTabBar::currentChanged, this, [this](int index) {
        m_panels->setCurrentIndex(index);
        m_tools->setCurrentIndex(index);
    });
}

void PanelGroup::addPanel(const QString& title, QWidget* panel, QWidget* tools) {
    if (tools == nullptr)
        tools = new QWidget;
    m_panels->addWidget(panel);
    m_tools->addWidget(tools);
    m_tabs->addTab(title);
    m_tabs->ensurePolished();
    m_tabs->setMinimumWidth(m_tabs->sizeHint().width());
}

void PanelGroup::showPanel(QWidget* panel) {
    show();
    raise();
    m_tabs->setCurrentIndex(m_panels->indexOf(panel));
}

void PanelGroup::setTitle(QWidget* panel, const QString& title) {
    m_tabs->setTabText(m_panels->indexOf(panel), title);
    m_tabs->setMinimumWidth(m_tabs->sizeHint().width());
}

} // namespace fuseboard
