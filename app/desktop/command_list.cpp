// SPDX-License-Identifier: Apache-2.0
#include "app/desktop/command_list.h"

#include <QAction>
#include <QDialogButtonBox>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QTableWidget>
#include <QVBoxLayout>

namespace fuseboard {

namespace {

QString nameOf(const QAction& action) {
    QString name = action.text();
    return name.remove(QLatin1Char('&')).remove(QStringLiteral("…"));
}

} // namespace

CommandList::CommandList(const QList<QAction*>& actions, QWidget* parent)
    : QDialog(parent), m_actions(actions), m_search(new QLineEdit), m_list(new QListWidget) {
    setWindowTitle(tr("Commands"));
    resize(420, 420);
    auto* column = new QVBoxLayout(this);
    m_search->setPlaceholderText(tr("Type what you want to do"));
    m_search->setAccessibleName(tr("Search commands"));
    m_search->installEventFilter(this);
    column->addWidget(m_search);
    column->addWidget(m_list);
    connect(m_search, &QLineEdit::textChanged, this, &CommandList::fill);
    connect(m_search, &QLineEdit::returnPressed, this, &CommandList::perform);
    connect(m_list, &QListWidget::itemActivated, this, &CommandList::perform);
    fill();
}

void CommandList::fill() {
    m_list->clear();
    for (int i = 0; i < m_actions.size(); ++i) {
        const QAction& action = *m_actions[i];
        const QString name = nameOf(action);
        if (!action.isEnabled() || !name.contains(m_search->text(), Qt::CaseInsensitive))
            continue;
        const QString key = action.shortcut().toString(QKeySequence::NativeText);
        auto* item = new QListWidgetItem(key.isEmpty() ? name : name + QStringLiteral("   ") + key);
        item->setData(Qt::UserRole, i);
        m_list->addItem(item);
    }
    m_list->setCurrentRow(0);
}

void CommandList::perform() {
    QListWidgetItem* item = m_list->currentItem();
    if (item == nullptr)
        return;
    QAction* action = m_actions[item->data(Qt::UserRole).toInt()];
    accept();
    action->trigger();
}

bool CommandList::eventFilter(QObject* watched, QEvent* event) {
    if (watched == m_search && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (key == Qt::Key_Down || key == Qt::Key_Up) {
            const int row = m_list->currentRow() + (key == Qt::Key_Down ? 1 : -1);
            m_list->setCurrentRow(qBound(0, row, m_list->count() - 1));
            return true;
        }
    }
    return QDialog::eventFilter(watched, event);
}

void showShortcuts(const QList<QAction*>& actions, QWidget* parent) {
    QDialog dialog(parent);
    dialog.setWindowTitle(QObject::tr("Shortcuts"));
    dialog.resize(460, 560);
    auto* column = new QVBoxLayout(&dialog);
    auto* table = new QTableWidget(0, 2);
    table->setHorizontalHeaderLabels({QObject::tr("Key"), QObject::tr("Does")});
    table->verticalHeader()->hide();
    table->setShowGrid(false);
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->horizontalHeader()->setStretchLastSection(true);
    table->setColumnWidth(0, 150);
    const auto add = [&](const QString& key, const QString& text) {
        const int row = table->rowCount();
        table->insertRow(row);
        table->setItem(row, 0, new QTableWidgetItem(key));
        table->setItem(row, 1, new QTableWidgetItem(text));
    };
    for (const QAction* action : actions) {
        if (!action->shortcut().isEmpty())
            add(action->shortcut().toString(QKeySequence::NativeText), nameOf(*action));
    }
    const std::pair<QString, QString> canvas[] = {
        {QObject::tr("Space"), QObject::tr("Add an operator (canvas)")},
        {QObject::tr("Tab"), QObject::tr("Go to the counterpart on the other side (canvas)")},
        {QStringLiteral("D"), QObject::tr("Disable or enable (canvas)")},
        {QStringLiteral("B"), QObject::tr("Bypass or not (canvas)")},
        {QObject::tr("Arrows"), QObject::tr("Go from node to node (canvas)")}};
    for (const auto& [key, text] : canvas)
        add(key, text);
    column->addWidget(table);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    QObject::connect(buttons, &QDialogButtonBox::rejected, &dialog, &QDialog::reject);
    column->addWidget(buttons);
    dialog.exec();
}

} // namespace fuseboard
