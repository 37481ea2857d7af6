// SPDX-License-Identifier: Apache-2.0
#include "engine/formats/block_columns.h"

#include "engine/formats/text_encoding.h"

namespace fuseboard {

namespace {

constexpr std::size_t kBlockBytes = 32 * 1024;
/// An index may take many times the size of its block, so a huge line goes the long way.
constexpr std::size_t kLargestBlock = 1024 * 1024;

} // namespace

void BlockColumns::decode(const SourceChunk& chunk, ColumnBlock& into,
                          std::vector<RejectedRow>& rejected) {
    m_assembly.begin(chunk, into, rejected);
    std::string_view rest = chunk.bytes;
    while (!rest.empty()) {
        const std::size_t newline = rest.find('\n', std::min(kBlockBytes, rest.size()) - 1);
        const std::size_t last = newline == std::string_view::npos ? rest.rfind('\n') : newline;
        if (last == std::string_view::npos) {
            m_assembly.addLines(rest, 1); // the unfinished last line
            break;
        }
        takeBlock(rest.substr(0, last + 1));
        rest.remove_prefix(last + 1);
    }
    m_assembly.finish(chunk);
}

void BlockColumns::takeBlock(std::string_view block) {
    if (block.size() > kLargestBlock) {
        m_assembly.addLines(block, countLines(block).lines);
        return;
    }
    m_index.scan(block);
    m_badLines.clear();
    if (m_index.hasHigh())
        addBadLines(block, [](std::string_view lines) { return !isValidUtf8(lines); });
    m_assembly.reserve(m_index.newlines().size());
    decodeBlock(block);
}

const char* const* BlockColumns::badLines(std::string_view block) {
    std::ranges::sort(m_badLines);
    m_badLines.push_back(block.data() + block.size());
    return m_badLines.data();
}

} // namespace fuseboard
