// SPDX-License-Identifier: Apache-2.0
// What the command line asks of the window, step by step: open, run, take a picture, quit.
#pragma once

#include "app/desktop/command_line.h"

#include <QObject>

namespace fuseboard {

class MainWindow;

/// Follows the window through its signals. Without --screenshot it ends with the last step and the
/// window stays open.
class CommandDriver : public QObject {
    Q_OBJECT

public:
    CommandDriver(MainWindow& window, DesktopOptions options);
    void start();

private:
    void opened(bool done, const QString& message);
    void planned(bool runnable);
    void ended(bool done, const QString& message);
    void finish(bool done); ///< what failed has been told by the window
    void takePicture();

    MainWindow& m_window;
    DesktopOptions m_options;
    bool m_waitsForPlan = false, m_finished = false;
};

} // namespace fuseboard
