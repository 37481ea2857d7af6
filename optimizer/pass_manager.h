// SPDX-License-Identifier: Apache-2.0
// Runs passes over a graph. It alone knows about switching off, timing, verifying, capping of
// records and snapshots; a pass does nothing but its rewrite.
#pragma once

#include "optimizer/optimizer.h"

namespace fuseboard {

/// Rewrites kept of one pass; one more says how many there were.
inline constexpr std::size_t kMaxRecordedRewrites = 10'000;

class PassManager {
public:
    /// `options` must outlive the manager.
    explicit PassManager(const OptimizeOptions& options) : m_options(options) {}

    /// Runs the enabled passes in order over `optimized.graph` and records them.
    Status run(std::span<const PassInfo> passes, OptimizedGraph& optimized) const;

private:
    [[nodiscard]] bool isEnabled(const PassInfo& pass) const;
    [[nodiscard]] bool isCancelled() const { return m_options.cancelled && m_options.cancelled(); }
    Status runPass(const PassInfo& pass, OptimizedGraph& optimized, PassRecord& record) const;
    Status verifyAfter(const PassInfo& pass, const Graph& graph, std::size_t before) const;

    const OptimizeOptions& m_options;
};

} // namespace fuseboard
