// SPDX-License-Identifier: Apache-2.0
#include "views/inspector/fusion_texts.h"

#include <algorithm>

namespace fuseboard {

namespace {

bool names(const std::vector<std::string>& ids, const std::set<std::string>& wanted) {
    return std::ranges::any_of(ids, [&](const std::string& id) { return wanted.contains(id); });
}

} // namespace

QString sentenceOf(const std::string& text) {
    QString words = QString::fromStdString(text).trimmed();
    if (words.isEmpty())
        return words;
    const bool isName = words.size() > 1 && !words[1].isLetter();
    if (!isName)
        words[0] = words[0].toUpper();
    if (!words.endsWith(QLatin1Char('.')))
        words += QLatin1Char('.');
    return words;
}

std::vector<RewriteNote> notesOf(const OptimizedGraph& optimized, int passes,
                                 const std::set<std::string>& nodeIds) {
    std::vector<RewriteNote> notes;
    const int last = std::min(passes, int(optimized.passes.size()));
    for (int i = 0; i < last; ++i) {
        const PassRecord& pass = optimized.passes[std::size_t(i)];
        for (const Rewrite& rewrite : pass.rewrites) {
            if (!names(rewrite.before, nodeIds) && !names(rewrite.after, nodeIds))
                continue;
            RewriteNote note;
            note.applied = rewrite.applied;
            note.isFusion = pass.name == "fuse";
            note.pass = i + 1;
            note.text = sentenceOf(rewrite.reason);
            if (!rewrite.missingFact.empty() &&
                rewrite.reason.find(rewrite.missingFact) == std::string::npos)
                note.text += QLatin1Char(' ') + sentenceOf(rewrite.missingFact);
            note.nodes.insert(rewrite.before.begin(), rewrite.before.end());
            note.savingNsPerRow = rewrite.predictedSavingNsPerRow;
            notes.push_back(std::move(note));
        }
    }
    return notes;
}

} // namespace fuseboard
