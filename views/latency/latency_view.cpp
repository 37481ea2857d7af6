// SPDX-License-Identifier: Apache-2.0
#include "views/latency/latency_view.h"

#include "views/latency/percentile_plot.h"
#include "views/widgets/empty_state.h"

#include <QStackedLayout>

namespace fuseboard {

LatencyView::LatencyView(QWidget* parent)
    : QWidget(parent), m_plot(new Plot), m_empty(new EmptyState({}, {})),
      m_pages(new QStackedLayout(this)) {
    m_plot->setAccessibleName(tr("Latency by percentile"));
    m_pages->addWidget(m_empty);
    m_pages->addWidget(m_plot);
    connect(m_empty, &EmptyState::actionTriggered, this, [this] { m_pages->setCurrentIndex(1); });
    clear(tr("Press Run to measure both versions on the same rows."));
}

void LatencyView::setLatency(const Histogram& drawn, const Histogram& optimised) {
    if (drawn.empty() && optimised.empty()) {
        clear(tr("No row reached a sink in this run."));
        return;
    }
    m_plot->setData(percentilePlot(drawn, optimised));
    m_plot->setRestingMarker(ninesOf(99));
    m_pages->setCurrentIndex(1);
}

void LatencyView::clear(const QString& hint) {
    m_empty->setTexts(tr("Not measured yet"), hint);
    m_empty->setAction({});
    m_pages->setCurrentIndex(0);
}

void LatencyView::setStale(const QString& hint, const QString& showAnyway) {
    if (m_plot->data().series.empty())
        return;
    m_empty->setTexts(tr("Not measured yet"), hint);
    m_empty->setAction(showAnyway);
    m_pages->setCurrentIndex(0);
}

} // namespace fuseboard
