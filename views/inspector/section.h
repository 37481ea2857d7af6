// SPDX-License-Identifier: Apache-2.0
// A titled part of the inspector whose content is made anew whenever what it shows has changed.
#pragma once

#include "views/widgets/section_header.h"

#include <QWidget>

class QLabel;
class QVBoxLayout;

namespace fuseboard {

class Section : public QWidget {
    Q_OBJECT

public:
    explicit Section(const QString& title, QWidget* parent = nullptr);
    [[nodiscard]] SectionHeader& header() { return *m_header; }
    void clear();
    void add(QWidget* widget);
    /// Hides the section while it has no content.
    void finish();

private:
    SectionHeader* m_header;
    QVBoxLayout* m_column;
};

/// Text that wraps, in the colour and font of hints.
[[nodiscard]] QLabel* wrappedText(const QString& text, Token color = Token::Ink2,
                                  TextStyle style = TextStyle::Body);

} // namespace fuseboard
