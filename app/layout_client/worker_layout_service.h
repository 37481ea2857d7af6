// SPDX-License-Identifier: Apache-2.0
// The LayoutService that talks to the worker program `fuseboard-layout`. No Qt: the command line
// and the window share it.
#pragma once

#include "engine/graph/layout_service.h"

#include <chrono>
#include <memory>
#include <string>

namespace fuseboard {

struct WorkerOptions {
    /// Path of the worker; empty: FUSEBOARD_LAYOUT_WORKER, else beside this program, else in
    /// ../libexec/fuseboard and ../lib/fuseboard from there.
    std::string program;
    std::chrono::milliseconds timeout{30'000}; ///< of one request
    std::size_t maxAnswerBytes = 512U << 20U;
};

/// Starts the worker on first use and keeps it. A request that takes too long, and one that a newer
/// request or cancel() replaces, kills the worker; the next request starts a new one. Thread-safe;
/// never blocks longer than the time-out.
class WorkerLayoutService final : public LayoutService {
public:
    explicit WorkerLayoutService(WorkerOptions options = {});
    ~WorkerLayoutService() override;
    WorkerLayoutService(const WorkerLayoutService&) = delete;
    WorkerLayoutService& operator=(const WorkerLayoutService&) = delete;

    Result<std::string> parseDot(std::string_view text) override;
    Result<LayoutResult> layout(const LayoutRequest& request) override;
    Result<std::string> render(std::string_view dotText, std::string_view format) override;
    void cancel() override;

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace fuseboard
