// SPDX-License-Identifier: Apache-2.0
// Standard input and output, named `-`.
#include "engine/connectors/connector.h"
#include "engine/connectors/file_descriptor.h"

#include <unistd.h>

namespace fuseboard {

namespace {

class StandardInput final : public ByteSource {
public:
    Result<std::size_t> read(std::span<char> to) override {
        FB_TRY(m_gate.wait(m_file));
        return m_file.read(to, name());
    }
    void watch(const std::atomic<bool>* cancelled) override { m_gate.watch(cancelled); }
    void interrupt() noexcept override { m_gate.interrupt(); }
    std::string name() const override { return "<standard input>"; }

private:
    ReadGate m_gate;
    FileDescriptor m_file{STDIN_FILENO, false};
};

class StandardOutput final : public ByteSink {
public:
    Status write(std::string_view bytes) override { return m_file.write(bytes, name()); }
    Status finish() override { return {}; }
    std::string name() const override { return "<standard output>"; }

private:
    FileDescriptor m_file{STDOUT_FILENO, false};
};

} // namespace

Connector standardStreamsConnector() {
    return {"standard-streams",
            "standard input and standard output",
            "-",
            [](std::string_view location) { return location == "-"; },
            [](const std::string&) -> Result<std::unique_ptr<ByteSource>> {
                return std::make_unique<StandardInput>();
            },
            [](const std::string&) -> Result<std::unique_ptr<ByteSink>> {
                return std::make_unique<StandardOutput>();
            }};
}

} // namespace fuseboard
