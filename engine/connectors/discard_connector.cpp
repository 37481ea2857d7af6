// SPDX-License-Identifier: Apache-2.0
// Sinks that keep nothing (but a hash), or everything in a string.
#include "engine/base/stable_hash.h"
#include "engine/connectors/connector.h"

namespace fuseboard {

namespace {

class DiscardSink final : public ByteSink {
public:
    explicit DiscardSink(std::string* hash) : m_hash(hash) {}
    Status write(std::string_view bytes) override {
        if (m_hash != nullptr)
            m_hasher.update(bytes);
        return {};
    }
    Status finish() override {
        if (m_hash != nullptr)
            *m_hash = m_hasher.text();
        return {};
    }
    std::string name() const override { return "discard"; }

private:
    StableHasher m_hasher;
    std::string* m_hash;
};

class MemorySink final : public ByteSink {
public:
    explicit MemorySink(std::string& out) : m_out(out) {}
    Status write(std::string_view bytes) override {
        m_out += bytes;
        return {};
    }
    Status finish() override { return {}; }
    std::string name() const override { return "memory"; }

private:
    std::string& m_out;
};

} // namespace

std::unique_ptr<ByteSink> makeMemorySink(std::string& out) {
    return std::make_unique<MemorySink>(out);
}

std::unique_ptr<ByteSink> makeDiscardSink(std::string* hash) {
    return std::make_unique<DiscardSink>(hash);
}

Connector discardConnector() {
    return {
        "discard",
        "keeps nothing",
        "discard:",
        [](std::string_view location) { return location == "discard:"; },
        nullptr,
        [](const std::string&) -> Result<std::unique_ptr<ByteSink>> { return makeDiscardSink(); }};
}

} // namespace fuseboard
