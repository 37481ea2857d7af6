// SPDX-License-Identifier: Apache-2.0
// Keeps the code of loops, so that the repetitions of a comparison compile once.
#pragma once

#include "engine/kernels/group_compiler.h"

#include <cstddef>
#include <future>
#include <list>
#include <map>
#include <mutex>
#include <string>
#include <utility>

namespace fuseboard {

/// A compiler that hands out what another one has made for an equal program (loop_key.h). One
/// process has one build and one machine, so that these need no part in the key. Whoever asks for
/// code that is just being made waits for it. Failures are not kept.
class CodeCache final : public GroupCompiler {
public:
    static constexpr std::size_t kKept = 64; ///< loops, the ones used last

    explicit CodeCache(std::unique_ptr<GroupCompiler> compiler, std::size_t kept = kKept)
        : m_compiler(std::move(compiler)), m_kept(kept) {}

    [[nodiscard]] Result<std::shared_ptr<const CompiledLoop>>
    compile(std::shared_ptr<const LoopProgram> program, CodeTier tier, CodeProbe probe) override;

private:
    using Made = Result<std::shared_ptr<const CompiledLoop>>;
    struct Entry {
        std::string key;
        std::shared_future<Made> made;
    };
    void forget(const std::string& key);

    std::unique_ptr<GroupCompiler> m_compiler;
    std::size_t m_kept;
    std::mutex m_mutex;         // guards what follows
    std::list<Entry> m_entries; ///< used last first
    std::map<std::string, std::list<Entry>::iterator> m_byKey;
};

} // namespace fuseboard
