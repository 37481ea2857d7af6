// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/code_cache.h"

#include "engine/kernels/loop_key.h"

namespace fuseboard {

Result<std::shared_ptr<const CompiledLoop>>
CodeCache::compile(std::shared_ptr<const LoopProgram> program, CodeTier tier, CodeProbe probe) {
    std::string key = loopKey(*program);
    key += static_cast<char>(tier);
    key += static_cast<char>(probe);
    std::promise<Made> promise;
    {
        std::unique_lock lock(m_mutex);
        if (const auto found = m_byKey.find(key); found != m_byKey.end()) {
            m_entries.splice(m_entries.begin(), m_entries, found->second);
            const std::shared_future<Made> made = found->second->made;
            lock.unlock();
            return made.get();
        }
        m_entries.push_front({key, promise.get_future().share()});
        m_byKey.emplace(key, m_entries.begin());
        if (m_entries.size() > m_kept) {
            m_byKey.erase(m_entries.back().key);
            m_entries.pop_back();
        }
    }
    Made made = m_compiler->compile(std::move(program), tier, probe);
    if (!made)
        forget(key);
    promise.set_value(made);
    return made;
}

void CodeCache::forget(const std::string& key) {
    const std::lock_guard lock(m_mutex);
    const auto found = m_byKey.find(key);
    if (found == m_byKey.end())
        return;
    m_entries.erase(found->second);
    m_byKey.erase(found);
}

} // namespace fuseboard
