// SPDX-License-Identifier: Apache-2.0
// What the window shows while no pipeline is open: three ways to start, recent files, examples.
#pragma once

#include "app/desktop/app_settings.h"

#include <QWidget>

class QVBoxLayout;

namespace fuseboard {

struct ExampleFile {
    QString path, title, detail, icon;
};

class WelcomePage : public QWidget {
    Q_OBJECT

public:
    explicit WelcomePage(QWidget* parent = nullptr);
    void setRecentFiles(const std::vector<RecentFile>& files);
    void setExamples(const std::vector<ExampleFile>& examples);

Q_SIGNALS:
    void exampleRequested();
    void importRequested();
    void drawRequested();
    void fileRequested(const QString& path);
    void clearRequested();
    void commandsRequested();
    void shortcutsRequested();

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QWidget* makeTitle();
    QWidget* makeCards();
    QWidget* makeLists();
    QWidget* makeFooter();

    QVBoxLayout *m_recent = nullptr, *m_examples = nullptr;
    QWidget* m_recentHead = nullptr;
};

} // namespace fuseboard
