// SPDX-License-Identifier: Apache-2.0
// The code of a plan as the Code tab shows it: plain values, made by whoever knows compilers.
#pragma once

#include <QString>
#include <QStringList>

#include <string>
#include <vector>

namespace fuseboard {

enum class CodeShape { Program, Ir, Assembly };

struct CodeTextLine {
    int node = -1; ///< position in CodeTextStage::nodes; -1: the loop as a whole
    QString text;
};

/// One stage that runs operators.
struct CodeTextStage {
    QString label;
    std::vector<std::string> nodes; ///< ids, by member
    QStringList names;              ///< of the nodes
    QString remark;                 ///< "over columns, kinds as in the sample"
    QString refusal;                ///< why there is no code; empty: there is
    std::vector<CodeTextLine> lines;
};

struct CodeText {
    CodeShape shape = CodeShape::Program;
    std::vector<CodeTextStage> stages;
    QString failure; ///< why there is nothing; empty: there is
};

} // namespace fuseboard
