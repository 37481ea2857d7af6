// SPDX-License-Identifier: Apache-2.0
// An editor for one expression, script or group-by of a node: the code, and below it what is wrong
// with it and what to do.
#pragma once

#include "engine/base/result.h"
#include "engine/graph/config.h"
#include "engine/script/definitions.h"

#include <QString>
#include <QWidget>

#include <optional>

class QLabel;
class QTimer;

namespace fuseboard {

class CodeField;

/// What the text is read as.
enum class ScriptKind : std::uint8_t { Expression, Windowed, Script, GroupBy };

/// Parses after a short pause in typing. Text that does not parse is kept: it becomes a parameter
/// without a tree, so that it can be saved, undone and mended. GUI thread only.
class ScriptEditor : public QWidget {
    Q_OBJECT

public:
    explicit ScriptEditor(ScriptKind kind, QWidget* parent = nullptr);
    void setKind(ScriptKind kind, GroupByPtr groupBy = nullptr); ///< group-by of Windowed targets
    void setDefinitions(Definitions definitions); ///< functions that the text may call
    void setText(const QString& text);            ///< no signal; parses at once
    [[nodiscard]] QString text() const;
    void setPlaceholder(const QString& text);
    void setRows(int least, int most);
    void setName(const QString& name); ///< for messages and for screen readers

    /// The text as a parameter; nullopt when the field is empty.
    [[nodiscard]] std::optional<Parameter> parameter() const { return m_parameter; }
    [[nodiscard]] const std::optional<Error>& error() const { return m_error; }
    /// Shows an error that was found elsewhere, unless the text itself has one.
    void showError(const std::optional<Error>& error);
    [[nodiscard]] CodeField& field() { return *m_field; }
    /// Parses what was typed now, without waiting for the pause.
    void flush();

Q_SIGNALS:
    void edited();   ///< after a pause: parameter() and error() are new
    void finished(); ///< the user has left the field

private:
    void parse();
    void show(const std::optional<Error>& error);

    ScriptKind m_kind;
    GroupByPtr m_groupBy;
    Definitions m_definitions;
    CodeField* m_field;
    QLabel* m_message;
    QTimer* m_pause;
    std::string m_name;
    std::optional<Parameter> m_parameter;
    std::optional<Error> m_error;
};

/// Reads `text` as the kind says. Errors: those of the parser, with their place.
[[nodiscard]] Result<Parameter> parseScriptText(ScriptKind kind, const std::string& name,
                                                const std::string& text, const GroupBy* groupBy,
                                                const Definitions& definitions);

} // namespace fuseboard
