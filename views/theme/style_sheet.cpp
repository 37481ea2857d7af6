// SPDX-License-Identifier: Apache-2.0
#include "views/theme/style_sheet.h"

#include "views/theme/theme.h"

#include <QDir>
#include <QFile>
#include <QStandardPaths>

#include <algorithm>
#include <vector>

namespace fuseboard {

namespace {

// Sizes are those of the visual reference: buttons and fields 28 high with radius 6, table headers
// 24, dock titles and tab bars 32. `$name` stands for a token of the palette.
constexpr const char* kSheet = R"(
QMainWindow, QDialog { background: $bg; }
QMainWindow::separator { background: $line2; width: 1px; height: 1px; }
QMainWindow::separator:hover { background: $line3; }
QSplitter::handle { background: $line2; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }

QMenuBar { background: $bg; padding: 2px 8px; }
QMenuBar::item { padding: 4px 8px; border-radius: 4px; background: transparent; }
QMenuBar::item:selected { background: $hover; }
QMenuBar::item:pressed { background: $press; }
QMenuBar::item:disabled { color: $dis; }
QMenu { background: $pop; border: 1px solid $line2; padding: 4px; }
QMenu::item { padding: 5px 28px 5px 28px; border-radius: 4px; }
QMenu::item:selected { background: $drawn-soft; color: $ink; }
QMenu::item:disabled { color: $dis; background: transparent; }
QMenu::icon { padding-left: 8px; }
QMenu::separator { height: 1px; background: $line; margin: 4px 0; }

QToolBar { background: $bg; border: 0; border-bottom: 1px solid $line2; spacing: 8px; }
QToolBar::separator { width: 1px; background: $line2; margin: 12px 4px; }
QStatusBar { background: $bg; border-top: 1px solid $line2; min-height: 27px; color: $ink2; }
QStatusBar::item { border: 0; }

QDockWidget { titlebar-close-icon: none; titlebar-normal-icon: none; font-weight: 600; }
QDockWidget::title { background: $panel; border-bottom: 1px solid $line; padding: 8px 12px;
                     text-align: left; }
QDockWidget > QWidget { background: $panel; }

QPushButton, QToolButton[look="button"] { min-height: 26px; padding: 0 10px; border-radius: 6px;
    border: 1px solid $line2; background: $field; color: $ink; font-weight: 500; }
QPushButton:hover, QToolButton[look="button"]:hover { background: $hover; }
QPushButton:pressed, QToolButton[look="button"]:pressed { background: $press; }
QPushButton:checked, QToolButton[look="button"]:checked { background: $sel; border-color: $line3; }
QPushButton:disabled, QToolButton[look="button"]:disabled { color: $dis; border-color: $line;
    background: transparent; }
QPushButton:focus, QToolButton[look="button"]:focus { border-color: $ink; }
QPushButton[look="primary"], QToolButton[look="primary"] { min-height: 26px; padding: 0 10px;
    border-radius: 6px; border: 1px solid $ink; background: $ink; color: $bg; font-weight: 500; }
QPushButton[look="primary"]:hover, QToolButton[look="primary"]:hover { background: $ink2; }
QPushButton[look="primary"]:disabled, QToolButton[look="primary"]:disabled { color: $dis;
    border-color: $line; background: transparent; }
QPushButton[look="small"] { min-height: 22px; padding: 0 8px; }
QPushButton[look="flat"] { border-color: transparent; background: transparent; }
QPushButton[look="flat"]:hover { background: $hover; }
QPushButton[look="link"] { border: 0; background: transparent; color: $ink2; padding: 0;
    min-height: 16px; font-weight: 400; }
QPushButton[look="link"]:hover { color: $ink; text-decoration: underline; }
QPushButton[look="tip"] { min-height: 22px; padding: 0 8px; border-radius: 4px;
    border: 1px solid $tip-ink2; background: transparent; color: $tip-ink; }
QPushButton[look="tip"]:hover { border-color: $tip-ink; }
QPushButton::menu-indicator { image: none; width: 0; }
QToolButton { border: 1px solid transparent; border-radius: 4px; background: transparent;
    padding: 2px; color: $ink2; }
QToolButton:hover { background: $hover; }
QToolButton:pressed, QToolButton:checked { background: $press; }
QToolButton:focus { border-color: $ink; }
QToolButton::menu-indicator { image: none; }

QLineEdit, QPlainTextEdit, QTextEdit, QSpinBox, QDoubleSpinBox, QComboBox { border: 1px solid $line2;
    border-radius: 6px; background: $field; color: $ink; selection-background-color: $drawn;
    selection-color: $on-accent; }
QLineEdit, QSpinBox, QDoubleSpinBox, QComboBox { min-height: 26px; padding: 0 8px; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus,
QComboBox:focus { border-color: $drawn; }
QLineEdit:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled, QComboBox:disabled { color: $dis;
    background: transparent; border-color: $line; }
QLineEdit[invalid="true"], QPlainTextEdit[invalid="true"] { border-color: $err; }
QSpinBox::up-button, QDoubleSpinBox::up-button { subcontrol-position: top right; width: 19px;
    border: 0; border-left: 1px solid $line; margin-right: 1px; }
QSpinBox::down-button, QDoubleSpinBox::down-button { subcontrol-position: bottom right; width: 19px;
    border: 0; border-left: 1px solid $line; margin-right: 1px; }
QSpinBox::up-button:hover, QSpinBox::down-button:hover, QDoubleSpinBox::up-button:hover,
QDoubleSpinBox::down-button:hover { background: $hover; }
QSpinBox::up-arrow, QDoubleSpinBox::up-arrow { image: url(@up); width: 10px; height: 10px; }
QSpinBox::down-arrow, QDoubleSpinBox::down-arrow { image: url(@down); width: 10px; height: 10px; }
QComboBox::drop-down { border: 0; width: 24px; }
QComboBox::down-arrow { image: url(@down); width: 14px; height: 14px; }
QComboBox QAbstractItemView { background: $pop; border: 1px solid $line2; padding: 4px;
    selection-background-color: $drawn-soft; selection-color: $ink; outline: 0; }
QComboBox QAbstractItemView::item { min-height: 24px; padding: 0 6px; border-radius: 4px; }
QCheckBox, QRadioButton { spacing: 8px; }
QCheckBox::indicator { width: 14px; height: 14px; border: 1px solid $line3; border-radius: 3px;
    background: $field; }
QCheckBox::indicator:checked { background: $ink; border-color: $ink; image: url(@check); }
QCheckBox::indicator:disabled { border-color: $line; }
QCheckBox:focus { color: $ink; text-decoration: underline; }

QTabBar { background: transparent; qproperty-drawBase: 0; }
QTabBar::tab { min-height: 30px; padding: 0 10px; color: $ink2; background: transparent; border: 0;
    border-bottom: 2px solid transparent; }
QTabBar::tab:selected { color: $ink; font-weight: 600; border-bottom-color: $ink; }
QTabBar::tab:hover:!selected { color: $ink; }
QTabBar::tab:focus { border-bottom-color: $drawn; }
QTabWidget::pane { border: 0; border-top: 1px solid $line; background: $panel; }

QTableView, QTreeView, QListView { background: $panel; border: 0; gridline-color: $line; outline: 0;
    selection-background-color: $band; selection-color: $ink; font-size: 11px; }
QTableView::item, QTreeView::item, QListView::item { padding: 0 8px; }
QTableView::item { border: 0; background: transparent; }
QTableView::item:selected, QTreeView::item:selected, QListView::item:selected { background: $band;
    color: $ink; }
QTreeView::item:hover, QListView::item:hover { background: $hover; }
QHeaderView { background: $panel; }
QHeaderView::section { background: $panel; color: $ink2; border: 0; border-bottom: 1px solid $line;
    min-height: 23px; max-height: 23px; padding: 0 8px; font-size: 11px; font-weight: 500; }
QHeaderView::down-arrow { image: url(@down); width: 10px; height: 10px; }
QHeaderView::up-arrow { image: url(@up); width: 10px; height: 10px; }
QTableCornerButton::section { background: $panel; border: 0; }

QToolTip { background: $tip; color: $tip-ink; border: 0; border-radius: 6px; padding: 6px 8px; }
QScrollArea { background: transparent; border: 0; }
QScrollArea > QWidget > QWidget { background: transparent; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: $line2; border-radius: 3px; margin: 2px; }
QScrollBar::handle:hover { background: $line3; }
QScrollBar::handle:vertical { min-height: 24px; }
QScrollBar::handle:horizontal { min-width: 24px; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QProgressBar { border: 0; border-radius: 2px; background: $press; max-height: 4px; }
QProgressBar::chunk { background: $bytes-strong; border-radius: 2px; }
QGroupBox { border: 1px solid $line2; border-radius: 6px; margin-top: 16px; padding: 8px; }
QGroupBox::title { subcontrol-origin: margin; color: $ink2; font-weight: 600; }
QLabel[look="muted"] { color: $ink2; }
QLabel[look="hint"] { color: $ink3; }
)";

/// Style sheets take pictures from files only, so that the few arrows are written once per colour.
QString pictureFile(const QString& name, const QColor& color) {
    const QString folder =
        QStandardPaths::writableLocation(QStandardPaths::CacheLocation) + QStringLiteral("/theme");
    const QString path = QStringLiteral("%1/%2-%3.svg").arg(folder, name, color.name().mid(1));
    QFile source(QStringLiteral(":/fuseboard/icons/%1.svg").arg(name));
    if (!source.open(QIODevice::ReadOnly))
        return {};
    QByteArray svg = source.readAll();
    svg.replace("currentColor", color.name().toLatin1());
    QFile existing(path);
    if (existing.open(QIODevice::ReadOnly) && existing.readAll() == svg)
        return path;
    existing.close();
    QDir().mkpath(folder);
    QFile target(path);
    if (!target.open(QIODevice::WriteOnly) || target.write(svg) != svg.size())
        return {};
    return path;
}

QString colorText(const QColor& color) {
    if (color.alpha() == 255)
        return color.name();
    return QStringLiteral("rgba(%1,%2,%3,%4)")
        .arg(color.red())
        .arg(color.green())
        .arg(color.blue())
        .arg(color.alpha());
}

} // namespace

QString makeStyleSheet(const Theme& theme) {
    QString sheet = QString::fromLatin1(kSheet);
    // Longer names first: "$line2" begins with "$line".
    std::vector<std::size_t> order(kTokenCount);
    for (std::size_t i = 0; i < kTokenCount; ++i)
        order[i] = i;
    std::sort(order.begin(), order.end(), [](std::size_t a, std::size_t b) {
        return qstrlen(tokenName(Token(a))) > qstrlen(tokenName(Token(b)));
    });
    for (const std::size_t token : order)
        sheet.replace(QLatin1Char('$') + QLatin1String(tokenName(Token(token))),
                      colorText(theme.color(Token(token))));
    const auto picture = [&](const char* name, Token token) {
        const QString at = QLatin1Char('@') + QLatin1String(name);
        const QString path = pictureFile(QLatin1String(name), theme.color(token));
        sheet.replace(QStringLiteral("url(%1)").arg(at), path.isEmpty()
                                                             ? QStringLiteral("none")
                                                             : QStringLiteral("url(%1)").arg(path));
    };
    picture("up", Token::Ink3);
    picture("down", Token::Ink3);
    picture("check", Token::Bg);
    return sheet;
}

} // namespace fuseboard
