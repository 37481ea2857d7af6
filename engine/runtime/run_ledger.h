// SPDX-License-Identifier: Apache-2.0
// Keeps account of failures in key order although stages finish morsels in any order, and decides
// where a run is cut (docs: semantics of identical: limit, --max-errors, stop).
#pragma once

#include "engine/runtime/row_error.h"

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace fuseboard {

struct LedgerSettings {
    bool stopAtFirst = false;                    ///< OnError::Stop
    std::uint64_t maxErrors = ~std::uint64_t{0}; ///< rejected and failed rows together
};

/// Not thread-safe.
class RunLedger {
public:
    explicit RunLedger(LedgerSettings settings) : m_settings(settings) {}

    void addErrors(std::uint64_t morsel, std::vector<RowError> errors);
    void addRejected(std::uint64_t morsel, const std::vector<std::uint64_t>& sequences);
    /// All stages that may fail have finished the morsel. Takes it to account once all before it
    /// have been; returns the number of morsels that are settled now.
    std::uint64_t settle(std::uint64_t morsel);
    /// Nothing with a greater key is a result. Set by a failure or by cutAt().
    [[nodiscard]] const std::optional<RowKey>& cut() const { return m_cut; }
    /// A full limit: nothing after the event `sequence` is a result.
    void cutAt(std::uint64_t sequence);

    [[nodiscard]] const ErrorDigest& digest() const { return m_digest; }
    [[nodiscard]] std::uint64_t failedRows() const { return m_failed; }
    [[nodiscard]] std::uint64_t rejectedRows() const { return m_rejected; }
    [[nodiscard]] const std::vector<RowError>& firstErrors() const { return m_first; }
    /// The failure that ended the run, if one did.
    [[nodiscard]] const std::optional<RowError>& stopper() const { return m_stopper; }
    [[nodiscard]] bool tooMany() const { return m_tooMany; }

private:
    struct Pending {
        std::vector<RowError> errors;
        std::vector<std::uint64_t> rejected;
        bool finished = false;
    };
    void account(Pending& pending);
    void take(RowError error);
    void countOne(const RowKey& key);

    LedgerSettings m_settings;
    std::map<std::uint64_t, Pending> m_pending;
    std::uint64_t m_settled = 0;
    std::optional<RowKey> m_cut;
    ErrorDigest m_digest;
    std::uint64_t m_failed = 0, m_rejected = 0;
    std::vector<RowError> m_first;
    std::optional<RowError> m_stopper;
    bool m_tooMany = false;
    Arena m_paths{1024};
};

/// How many failures are kept with their text.
inline constexpr std::size_t kFirstErrors = 100;

} // namespace fuseboard
