// SPDX-License-Identifier: Apache-2.0
// Asks the database of runs on a thread of its own, so that the window never waits for a disk.
#pragma once

#include "engine/base/result.h"
#include "views/runs/runs_view.h"

#include <QObject>
#include <QThreadPool>

#include <functional>
#include <memory>
#include <string>

namespace fuseboard {

class RunStore;

/// Lives in the GUI thread; signals come there. Requests are answered in their order.
class RunsService : public QObject {
    Q_OBJECT

public:
    explicit RunsService(std::string database, QObject* parent = nullptr);
    ~RunsService() override;
    void refresh();
    void loadSides(const SideChoice& a, const SideChoice& b);
    void setTag(const std::vector<RunId>& runs, const QString& tag);
    void setNote(const std::vector<RunId>& runs, const QString& note);
    [[nodiscard]] const std::string& database() const { return m_database; }

Q_SIGNALS:
    void entriesReady(const std::vector<fuseboard::RunEntry>& entries, int runs);
    void sidesReady(const fuseboard::MeasuredSide& a, const fuseboard::MeasuredSide& b);
    void failed(const QString& message);

private:
    struct Worker;
    using Task = std::function<Status(RunStore&)>;
    void post(Task task);
    void tell(std::function<void()> inGuiThread);

    std::string m_database;
    std::shared_ptr<Worker> m_worker;
    QThreadPool m_pool;
};

} // namespace fuseboard
