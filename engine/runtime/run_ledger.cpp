// SPDX-License-Identifier: Apache-2.0
#include "engine/runtime/run_ledger.h"

#include <algorithm>

namespace fuseboard {

namespace {

RowKey keyOf(const RowError& error) {
    return {error.sequence, error.unit, error.path};
}

} // namespace

void RunLedger::addErrors(std::uint64_t morsel, std::vector<RowError> errors) {
    auto& all = m_pending[morsel].errors;
    for (RowError& error : errors) {
        error.path = error.path.copiedTo(m_paths);
        all.push_back(std::move(error));
    }
}

void RunLedger::addRejected(std::uint64_t morsel, const std::vector<std::uint64_t>& sequences) {
    auto& all = m_pending[morsel].rejected;
    all.insert(all.end(), sequences.begin(), sequences.end());
}

void RunLedger::cutAt(std::uint64_t sequence) {
    // Tick units come before the event itself, so the event's own unit is the last of its sequence.
    const RowKey key{sequence, kEventUnit, RowPath().then(~std::uint64_t{0}, m_paths)};
    if (!m_cut || key < *m_cut)
        m_cut = key;
}

void RunLedger::countOne(const RowKey& key) {
    if (m_failed + m_rejected > m_settings.maxErrors && !m_tooMany) {
        m_tooMany = true;
        if (!m_cut || key < *m_cut)
            m_cut = key;
    }
}

void RunLedger::take(RowError error) {
    const RowKey key = keyOf(error);
    if (m_cut && key > *m_cut)
        return;
    ++m_failed;
    if (error.compared)
        m_digest.add(error);
    if (m_settings.stopAtFirst && !m_stopper) {
        m_stopper = error;
        m_cut = key;
    }
    countOne(key);
    if (m_first.size() < kFirstErrors)
        m_first.push_back(std::move(error));
}

void RunLedger::account(Pending& pending) {
    std::stable_sort(pending.errors.begin(), pending.errors.end(),
                     [](const RowError& a, const RowError& b) { return keyOf(a) < keyOf(b); });
    std::size_t next = 0;
    for (const std::uint64_t sequence : pending.rejected) {
        while (next < pending.errors.size() && pending.errors[next].sequence < sequence)
            take(std::move(pending.errors[next++]));
        const RowKey key{sequence, kEventUnit, {}};
        if (m_cut && key > *m_cut)
            continue;
        ++m_rejected;
        countOne(key);
    }
    while (next < pending.errors.size())
        take(std::move(pending.errors[next++]));
}

std::uint64_t RunLedger::settle(std::uint64_t morsel) {
    m_pending[morsel].finished = true;
    while (!m_pending.empty() && m_pending.begin()->first == m_settled &&
           m_pending.begin()->second.finished) {
        account(m_pending.begin()->second);
        m_pending.erase(m_pending.begin());
        ++m_settled;
    }
    return m_settled;
}

} // namespace fuseboard
