// SPDX-License-Identifier: Apache-2.0
#include "app/desktop/welcome_page.h"

#include "app/desktop/welcome_parts.h"
#include "views/document/number_text.h"

#include <QDir>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QLayoutItem>
#include <QPainter>
#include <QPushButton>
#include <QVBoxLayout>

#include <memory>

namespace fuseboard {

namespace {

constexpr int kPageWidth = 1040, kListsLeft = 688, kGap = 16;
constexpr int kMostShown = 5;

void empty(QVBoxLayout& layout) {
    while (layout.count() > 0) {
        const std::unique_ptr<QLayoutItem> item(layout.takeAt(0));
        if (item->widget() != nullptr)
            item->widget()->deleteLater();
    }
}

QString whenText(const QDateTime& at) {
    const qint64 days = at.date().daysTo(QDate::currentDate());
    if (days == 0)
        return WelcomePage::tr("today %1").arg(at.toString(QStringLiteral("HH:mm")));
    if (days == 1)
        return WelcomePage::tr("yesterday");
    return at.toString(QStringLiteral("d MMMM"));
}

QString folderText(const QString& path) {
    QString folder = QFileInfo(path).absolutePath();
    const QString home = QDir::homePath();
    if (folder == home || folder.startsWith(home + QLatin1Char('/')))
        folder.replace(0, home.size(), QStringLiteral("~"));
    return folder;
}

QString iconOf(const QString& path) {
    if (path.endsWith(QStringLiteral(".json")))
        return QStringLiteral("braces");
    const bool dot = path.endsWith(QStringLiteral(".dot")) || path.endsWith(QStringLiteral(".gv"));
    return dot ? QStringLiteral("branch") : QStringLiteral("file");
}

QLabel* heading(const QString& text) {
    auto* label = new QLabel(text);
    label->setFont(themed(TextStyle::Heading15));
    return label;
}

QPushButton* link(const QString& text) {
    auto* button = new QPushButton(text);
    button->setProperty("look", "link");
    button->setCursor(Qt::PointingHandCursor);
    return button;
}

} // namespace

WelcomePage::WelcomePage(QWidget* parent) : QWidget(parent) {
    auto* outer = new QHBoxLayout(this);
    outer->setContentsMargins(24, 24, 24, 24);
    outer->addStretch(1);
    auto* page = new QWidget;
    page->setMinimumWidth(800);
    page->setMaximumWidth(kPageWidth);
    page->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Preferred);
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addStretch(2);
    column->addWidget(makeTitle());
    column->addSpacing(32);
    column->addWidget(makeCards());
    column->addSpacing(40);
    column->addWidget(makeLists());
    column->addSpacing(32);
    column->addWidget(makeFooter());
    column->addStretch(3);
    outer->addWidget(page, 100);
    outer->addStretch(1);
}

void WelcomePage::paintEvent(QPaintEvent*) {
    QPainter(this).fillRect(rect(), themed(Token::Canvas));
}

QWidget* WelcomePage::makeTitle() {
    auto* title = new QWidget;
    auto* row = new QHBoxLayout(title);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(16);
    row->addWidget(new LogoTile);
    auto* texts = new QVBoxLayout;
    texts->setSpacing(2);
    auto* name = new QLabel(QStringLiteral("Fuseboard"));
    name->setFont(themed(TextStyle::Display28));
    auto* line = new QLabel(
        tr("Draw a pipeline, see what fusing changes, and measure both versions on your data."));
    QFont font = themed(TextStyle::Heading15);
    font.setWeight(QFont::Normal);
    line->setFont(font);
    line->setProperty("look", "muted");
    texts->addWidget(name);
    texts->addWidget(line);
    row->addLayout(texts, 1);
    return title;
}

QWidget* WelcomePage::makeCards() {
    auto* cards = new QWidget;
    auto* row = new QHBoxLayout(cards);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(kGap);
    auto* example = new StartCard(StartCard::Picture::Example, tr("Open example"),
                                  tr("Influx metrics: 11 nodes and 1,000,000 sample rows, ready to "
                                     "run."),
                                  QStringLiteral("Ctrl+E"));
    auto* import = new StartCard(StartCard::Picture::Import, tr("Import trickle, DOT or JSON"),
                                 tr("Choose a file, or drop one anywhere in this window."),
                                 QStringLiteral("Ctrl+O"));
    auto* draw = new StartCard(StartCard::Picture::Draw, tr("Draw"),
                               tr("Start with an empty canvas. Press Space to add an operator."),
                               QStringLiteral("Ctrl+N"));
    connect(example, &QAbstractButton::clicked, this, &WelcomePage::exampleRequested);
    connect(import, &QAbstractButton::clicked, this, &WelcomePage::importRequested);
    connect(draw, &QAbstractButton::clicked, this, &WelcomePage::drawRequested);
    for (StartCard* card : {example, import, draw})
        row->addWidget(card, 1);
    return cards;
}

QWidget* WelcomePage::makeLists() {
    auto* lists = new QWidget;
    auto* row = new QHBoxLayout(lists);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(kGap);
    auto* left = new QVBoxLayout;
    left->setSpacing(10);
    m_recentHead = new QWidget;
    auto* head = new QHBoxLayout(m_recentHead);
    head->setContentsMargins(0, 0, 0, 0);
    QPushButton* clear = link(tr("Clear list"));
    connect(clear, &QPushButton::clicked, this, &WelcomePage::clearRequested);
    head->addWidget(heading(tr("Recent files")));
    head->addStretch(1);
    head->addWidget(clear);
    left->addWidget(m_recentHead);
    auto* recent = new ListFrame;
    m_recent = recent->rows();
    left->addWidget(recent);
    left->addStretch(1);
    auto* right = new QVBoxLayout;
    right->setSpacing(10);
    right->addWidget(heading(tr("More examples")));
    auto* examples = new ListFrame;
    m_examples = examples->rows();
    right->addWidget(examples);
    right->addStretch(1);
    row->addLayout(left, kListsLeft);
    row->addLayout(right, kPageWidth - kListsLeft - kGap);
    return lists;
}

QWidget* WelcomePage::makeFooter() {
    auto* footer = new QWidget;
    auto* row = new QHBoxLayout(footer);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    QPushButton* commands = link(tr("Command list"));
    QPushButton* shortcuts = link(tr("Shortcuts"));
    connect(commands, &QPushButton::clicked, this, &WelcomePage::commandsRequested);
    connect(shortcuts, &QPushButton::clicked, this, &WelcomePage::shortcutsRequested);
    auto* drop = new QLabel(tr("New here? Open the example and press Run."));
    drop->setProperty("look", "muted");
    row->addWidget(drop);
    row->addStretch(1);
    row->addWidget(commands);
    row->addWidget(new KeyCap(QStringLiteral("Ctrl+K")));
    row->addSpacing(16);
    row->addWidget(shortcuts);
    row->addWidget(new KeyCap(QStringLiteral("F1")));
    return footer;
}

void WelcomePage::setRecentFiles(const std::vector<RecentFile>& files) {
    empty(*m_recent);
    m_recent->addWidget(new RecentRow({}, tr("File"), tr("Folder"), tr("Nodes"), tr("Speed-up"),
                                      tr("Opened"), true));
    int shown = 0;
    for (const RecentFile& file : files) {
        if (shown == kMostShown || !QFileInfo::exists(file.path))
            continue;
        ++shown;
        auto* row = new RecentRow(iconOf(file.path), QFileInfo(file.path).fileName(),
                                  folderText(file.path), QString::number(file.nodes),
                                  file.speedup ? factorText(*file.speedup) : tr("not run"),
                                  whenText(file.opened), false);
        connect(row, &QAbstractButton::clicked, this,
                [this, path = file.path] { Q_EMIT fileRequested(path); });
        m_recent->addWidget(row);
    }
    if (shown == 0) {
        auto* none = new QLabel(tr("Files that you open appear here."));
        none->setProperty("look", "hint");
        none->setContentsMargins(16, 14, 16, 14);
        m_recent->addWidget(none);
    }
}

void WelcomePage::setExamples(const std::vector<ExampleFile>& examples) {
    empty(*m_examples);
    for (const ExampleFile& example : examples) {
        auto* row = new ExampleRow(example.icon, example.title, example.detail);
        connect(row, &QAbstractButton::clicked, this,
                [this, path = example.path] { Q_EMIT fileRequested(path); });
        m_examples->addWidget(row);
    }
}

} // namespace fuseboard
