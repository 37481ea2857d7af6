// SPDX-License-Identifier: Apache-2.0
#include "app/desktop/tool_bar.h"

#include "views/theme/theme.h"
#include "views/widgets/pass_stepper.h"

#include <QAction>
#include <QComboBox>
#include <QLabel>
#include <QLayout>
#include <QMenu>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QToolButton>

#include <algorithm>

namespace fuseboard {

namespace {

constexpr int kRoomForAll = 1400;
constexpr int kDataWidth = 184, kTightDataWidth = 144;

} // namespace

MainToolBar::MainToolBar(QAction* run, QAction* stop, QAction* compare, QMenu* exports,
                         QWidget* parent)
    : QToolBar(tr("Toolbar"), parent), m_data(new QComboBox), m_repetitions(new QSpinBox),
      m_stepper(new PassStepper), m_export(new QToolButton) {
    setObjectName(QStringLiteral("toolbar"));
    setMovable(false);
    setFloatable(false);
    toggleViewAction()->setEnabled(false);
    setContextMenuPolicy(Qt::PreventContextMenu);
    setIconSize({16, 16});
    setFixedHeight(44);
    layout()->setContentsMargins(0, 0, 0, 0);
    addGap();
    addButton(run, QStringLiteral("primary"));
    addButton(stop, QStringLiteral("button"));
    addSeparator();
    addButton(compare, QStringLiteral("button"));
    addSeparator();
    m_dataTitle = addText(tr("Sample data"));
    m_data->setFixedWidth(kDataWidth);
    m_data->setAccessibleName(tr("Sample data"));
    m_data->setToolTip(tr("The rows that Run reads"));
    m_data->addItem(Theme::instance().icon(QStringLiteral("file")), tr("none"));
    addWidget(m_data);
    addText(tr("Repetitions"));
    m_repetitions->setRange(1, 999);
    m_repetitions->setFixedWidth(58);
    m_repetitions->setAccessibleName(tr("Repetitions"));
    m_repetitions->setToolTip(tr("How often each version runs; three and more give a verdict"));
    addWidget(m_repetitions);
    addSeparator();
    addText(tr("Passes"));
    m_stepper->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    addWidget(m_stepper);
    m_export->setProperty("look", "button");
    m_export->setText(tr("Export plan"));
    m_export->setIcon(Theme::instance().icon(QStringLiteral("export")));
    m_export->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_export->setPopupMode(QToolButton::InstantPopup);
    m_export->setMenu(exports);
    addWidget(m_export);
    addGap();
    connect(m_repetitions, &QSpinBox::valueChanged, this, &MainToolBar::repetitionsChanged);
    connect(m_data, &QComboBox::activated, this, [this](int index) {
        const int count = int(m_choices.size() + m_files.size());
        if (index < count) {
            m_chosen = index;
            m_picked = true;
            return;
        }
        m_data->setCurrentIndex(m_chosen);
        Q_EMIT dataFileWanted();
    });
}

QToolButton* MainToolBar::addButton(QAction* action, const QString& look) {
    auto* button = new QToolButton;
    button->setDefaultAction(action);
    button->setProperty("look", look);
    button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    button->setFocusPolicy(Qt::TabFocus);
    addWidget(button);
    return button;
}

/// 12 px from the window's edge, with the spacing of the bar. Margins of its layout are no help: it
/// takes the left one for the top as well.
void MainToolBar::addGap() {
    auto* gap = new QWidget;
    gap->setFixedWidth(4);
    addWidget(gap);
}

QAction* MainToolBar::addText(const QString& text) {
    auto* label = new QLabel(text);
    label->setProperty("look", "muted");
    return addWidget(label);
}

void MainToolBar::resizeEvent(QResizeEvent* event) {
    QToolBar::resizeEvent(event);
    // Everything that can be pressed stays; titles and long names go first.
    const bool isTight = width() < kRoomForAll;
    if (m_dataTitle->isVisible() != isTight)
        return;
    m_dataTitle->setVisible(!isTight);
    m_data->setFixedWidth(isTight ? kTightDataWidth : kDataWidth);
}

void MainToolBar::fillData() {
    m_data->clear();
    const QIcon icon = Theme::instance().icon(QStringLiteral("file"));
    for (const auto* choices : {&m_choices, &m_files}) {
        for (const DataChoice& choice : *choices)
            m_data->addItem(icon, choice.title);
    }
    m_data->insertSeparator(m_data->count());
    m_data->addItem(Theme::instance().icon(QStringLiteral("folder")), tr("Choose a file…"));
    m_data->setCurrentIndex(m_chosen);
}

void MainToolBar::setDataChoices(std::vector<DataChoice> choices) {
    if (choices == m_choices)
        return;
    const DataChoice before = data();
    m_choices = std::move(choices);
    m_chosen = 0;
    for (int i = 0; i < int(m_choices.size() + m_files.size()); ++i) {
        const DataChoice& choice = i < int(m_choices.size())
                                       ? m_choices[std::size_t(i)]
                                       : m_files[std::size_t(i) - m_choices.size()];
        if (m_picked && choice.location == before.location)
            m_chosen = i;
    }
    fillData();
}

void MainToolBar::chooseData(const DataChoice& choice) {
    m_picked = true;
    const auto known = std::ranges::find(m_choices, choice.location, &DataChoice::location);
    if (known != m_choices.end()) {
        m_chosen = int(known - m_choices.begin());
    } else {
        auto file = std::ranges::find(m_files, choice.location, &DataChoice::location);
        if (file == m_files.end())
            file = m_files.insert(m_files.end(), choice);
        m_chosen = int(m_choices.size()) + int(file - m_files.begin());
    }
    fillData();
}

DataChoice MainToolBar::data() const {
    const auto at = std::size_t(m_chosen);
    if (at < m_choices.size())
        return m_choices[at];
    return at - m_choices.size() < m_files.size() ? m_files[at - m_choices.size()] : DataChoice{};
}

int MainToolBar::repetitions() const {
    return m_repetitions->value();
}

void MainToolBar::setRepetitions(int repetitions) {
    const QSignalBlocker quiet(m_repetitions); // only what the user sets is remembered
    m_repetitions->setValue(repetitions);
}

void MainToolBar::setPipelineOpen(bool open) {
    for (QWidget* widget :
         std::initializer_list<QWidget*>{m_data, m_repetitions, m_stepper, m_export})
        widget->setEnabled(open);
}

} // namespace fuseboard
