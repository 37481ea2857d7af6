// SPDX-License-Identifier: Apache-2.0
#include "app/desktop/auto_layout_service.h"

namespace fuseboard {

namespace {

WorkerOptions optionsFor(const std::string& program) {
    WorkerOptions options;
    options.program = program;
    options.timeout = AutoLayoutService::kPatience;
    return options;
}

} // namespace

AutoLayoutService::AutoLayoutService(QObject* parent, const std::string& program)
    : QObject(parent), m_worker(optionsFor(program)),
      m_newest(std::make_shared<std::atomic<std::uint64_t>>(0)) {
    m_pool.setMaxThreadCount(2); // the newer request ends the older one, so it must get a thread
}

AutoLayoutService::~AutoLayoutService() {
    ++*m_newest;
    m_worker.cancel();
    m_pool.waitForDone();
}

void AutoLayoutService::request(LayoutRequest request,
                                std::function<void(const std::optional<LayoutResult>&)> then) {
    const std::uint64_t own = ++*m_newest;
    m_worker.cancel();
    m_pool.start(
        [this, own, newest = m_newest, request = std::move(request), then = std::move(then)] {
            if (newest->load() != own)
                return;
            Result<LayoutResult> result = m_worker.layout(request);
            auto answer = std::make_shared<std::optional<LayoutResult>>();
            if (result)
                *answer = std::move(*result);
            else if (result.error().code != ErrorCode::Cancelled)
                qWarning("Automatic layout: %s", describe(result.error()).c_str());
            QMetaObject::invokeMethod(
                this,
                [own, newest, answer, then] {
                    if (newest->load() == own)
                        then(*answer);
                },
                Qt::QueuedConnection);
        });
}

} // namespace fuseboard
