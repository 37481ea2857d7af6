// SPDX-License-Identifier: Apache-2.0
// Small parts that several forms share: durations with a unit, labelled rows, lists of texts.
#pragma once

#include <QLineEdit>
#include <QStringList>
#include <QWidget>

#include <cstdint>
#include <optional>

class QComboBox;
class QVBoxLayout;

namespace fuseboard {

/// A number and a unit; the value is in nanoseconds.
class DurationEdit : public QWidget {
    Q_OBJECT

public:
    explicit DurationEdit(QWidget* parent = nullptr);
    void setValue(std::optional<std::uint64_t> nanoseconds);  ///< no signal
    [[nodiscard]] std::optional<std::uint64_t> value() const; ///< nullopt: empty or not a number
    [[nodiscard]] bool isIncomplete() const; ///< something is there, but it is no duration

Q_SIGNALS:
    void edited();
    void finished();

private:
    QLineEdit* m_number;
    QComboBox* m_unit;
};

/// Colours the border of a field that holds something impossible.
void markInvalid(QWidget& field, bool invalid);

/// A label above a control, and a hint below it.
[[nodiscard]] QWidget* labelledRow(const QString& title, QWidget* control,
                                   const QString& hint = {});

/// A text field whose text is only replaced when it differs, so that typing is never disturbed.
void showText(QLineEdit& field, const QString& text);

} // namespace fuseboard
