// SPDX-License-Identifier: Apache-2.0
#include "views/runs/run_entry.h"

#include <QCoreApplication>
#include <QDateTime>

#include <algorithm>
#include <functional>
#include <map>

namespace fuseboard {

namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("Runs", text);
}

std::vector<double> valuesOf(const std::vector<RunRow>& runs,
                             const std::function<double(const RunRow&)>& value) {
    std::vector<double> values;
    for (const RunRow& run : runs)
        values.push_back(value(run));
    return values;
}

/// Nothing where a median is 0: there is no ratio then.
void addRatio(std::vector<MetricRatio>& ratios, const QString& name, const std::vector<double>& a,
              const std::vector<double>& b) {
    if (a.empty() || b.empty() || median(a) <= 0 || median(b) <= 0)
        return;
    const Speedup turned = compareSeconds(b, a); // medians of b by those of a
    MetricRatio ratio;
    ratio.name = name;
    ratio.ratio = turned.ratio.value_or(median(b) / median(a));
    ratio.low = turned.ciLow;
    ratio.high = turned.ciHigh;
    ratios.push_back(ratio);
}

} // namespace

const RunRow* RunEntry::any() const {
    return !drawn.empty() ? &drawn.front() : !optimised.empty() ? &optimised.front() : nullptr;
}

std::vector<RunEntry> entriesOf(const std::vector<RunRow>& runs,
                                const std::vector<ComparisonRow>& comparisons) {
    std::vector<RunEntry> entries;
    std::map<ComparisonId, std::size_t> known;
    for (const RunRow& run : runs) {
        if (run.warmup)
            continue;
        std::size_t at = entries.size();
        if (run.comparisonId)
            at = known.try_emplace(*run.comparisonId, at).first->second;
        if (at == entries.size())
            entries.emplace_back();
        RunEntry& entry = entries[at];
        auto& side = run.plan == PlanSide::Naive ? entry.drawn : entry.optimised;
        side.insert(side.begin(), run); // the list is newest first, repetitions are not
        entry.id = entry.id == 0 ? run.id : std::min(entry.id, run.id);
    }
    for (const ComparisonRow& comparison : comparisons) {
        if (const auto at = known.find(comparison.id); at != known.end())
            entries[at->second].comparison = comparison;
    }
    return entries;
}

QString MeasuredSide::title() const {
    return tr("run #%1, %2")
        .arg(id)
        .arg(plan == PlanSide::Naive ? tr("as drawn") : tr("optimised"));
}

std::vector<MetricRatio> ratiosOf(const MeasuredSide& a, const MeasuredSide& b) {
    std::vector<MetricRatio> ratios;
    const auto add = [&](const QString& name, const std::function<double(const RunRow&)>& value) {
        addRatio(ratios, name, valuesOf(a.runs, value), valuesOf(b.runs, value));
    };
    add(tr("Wall time"), [](const RunRow& run) { return run.seconds; });
    add(tr("Rows/s"),
        [](const RunRow& run) { return run.seconds > 0 ? double(run.rowsIn) / run.seconds : 0; });
    add(tr("CPU time"), [](const RunRow& run) { return run.cpuSeconds; });
    addRatio(ratios, tr("Latency p50"), a.p50Ns, b.p50Ns);
    addRatio(ratios, tr("Latency p99"), a.p99Ns, b.p99Ns);
    add(tr("Bytes"), [](const RunRow& run) { return double(run.bytesMaterialized); });
    add(tr("Peak memory"), [](const RunRow& run) { return double(run.peakMemoryBytes); });
    return ratios;
}

Speedup speedupOf(const MeasuredSide& a, const MeasuredSide& b) {
    const auto seconds = [](const RunRow& run) { return run.seconds; };
    return compareSeconds(valuesOf(a.runs, seconds), valuesOf(b.runs, seconds));
}

QString whenText(std::uint64_t wallNs) {
    const QDateTime at = QDateTime::fromMSecsSinceEpoch(qint64(wallNs / 1'000'000));
    const qint64 days = at.date().daysTo(QDate::currentDate());
    const QString time = at.toString(QStringLiteral("HH:mm"));
    if (days == 0)
        return tr("today %1").arg(time);
    if (days == 1)
        return tr("yesterday %1").arg(time);
    return at.toString(at.date().year() == QDate::currentDate().year()
                           ? QStringLiteral("d MMMM")
                           : QStringLiteral("d MMMM yyyy"));
}

} // namespace fuseboard
