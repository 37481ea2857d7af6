// SPDX-License-Identifier: Apache-2.0
// The Latency tab: how long rows took from source to sink, by percentile.
#pragma once

#include "engine/measure/histogram.h"

#include <QWidget>

class QStackedLayout;

namespace fuseboard {

class EmptyState;
class Plot;

/// GUI thread only.
class LatencyView : public QWidget {
    Q_OBJECT

public:
    explicit LatencyView(QWidget* parent = nullptr);
    void setLatency(const Histogram& drawn, const Histogram& optimised);
    /// Nothing is known; `hint` says what to do about it.
    void clear(const QString& hint);
    /// As clear(), for figures of before the last edit, which may still be shown.
    void setStale(const QString& hint, const QString& showAnyway);
    [[nodiscard]] Plot& plot() { return *m_plot; }

private:
    Plot* m_plot;
    EmptyState* m_empty;
    QStackedLayout* m_pages;
};

} // namespace fuseboard
