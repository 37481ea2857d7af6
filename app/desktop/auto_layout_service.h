// SPDX-License-Identifier: Apache-2.0
// Asks the layout worker for the canvas, off the GUI thread.
#pragma once

#include "app/layout_client/worker_layout_service.h"

#include <QObject>
#include <QThreadPool>

#include <atomic>
#include <functional>
#include <memory>
#include <optional>

namespace fuseboard {

/// Lives in the GUI thread; answers come there. A newer request takes the place of an older one,
/// whose answer is dropped and whose worker is ended.
class AutoLayoutService : public QObject {
    Q_OBJECT

public:
    /// How long a user waits for a layout before the canvas makes a plainer one by itself.
    static constexpr std::chrono::milliseconds kPatience{5'000};

    /// `program` is the path of the worker; empty: the one that belongs to this program.
    explicit AutoLayoutService(QObject* parent = nullptr, const std::string& program = {});
    ~AutoLayoutService() override;

    /// `then` receives nullopt when the worker failed; why is in the log.
    void request(LayoutRequest request,
                 std::function<void(const std::optional<LayoutResult>&)> then);

private:
    WorkerLayoutService m_worker;
    QThreadPool m_pool;
    std::shared_ptr<std::atomic<std::uint64_t>> m_newest;
};

} // namespace fuseboard
