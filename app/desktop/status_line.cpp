// SPDX-License-Identifier: Apache-2.0
#include "app/desktop/status_line.h"

#include "views/theme/theme.h"

#include <QLabel>
#include <QProgressBar>
#include <QTextDocumentFragment>

namespace fuseboard {

StatusLine::StatusLine(QWidget* parent)
    : QStatusBar(parent), m_left(new QLabel), m_right(new QLabel), m_progress(new QProgressBar) {
    setSizeGripEnabled(false);
    setFixedHeight(28);
    m_left->setTextFormat(Qt::RichText);
    m_left->setContentsMargins(10, 0, 0, 0);
    m_right->setContentsMargins(0, 0, 10, 0);
    m_left->setAccessibleName(tr("Status"));
    m_progress->setFixedSize(160, 4);
    m_progress->setRange(0, 1000);
    m_progress->setTextVisible(false);
    m_progress->hide();
    addWidget(m_progress);
    addWidget(m_left, 1);
    addPermanentWidget(m_right);
}

void StatusLine::setParts(const std::vector<Part>& parts) {
    QString html;
    for (const Part& part : parts) {
        if (!html.isEmpty())
            html += QStringLiteral("&nbsp;&nbsp; · &nbsp;&nbsp;");
        const QString color = themed(part.isError ? Token::Err : Token::Ink).name();
        const QString strong =
            part.strong.isEmpty()
                ? QString()
                : QStringLiteral("<span style=\"font-weight:600;color:%1\">%2</span>")
                      .arg(color, part.strong.toHtmlEscaped());
        const QString plain = part.plain.toHtmlEscaped();
        const QString gap = strong.isEmpty() || plain.isEmpty() ? QString() : QStringLiteral(" ");
        html += part.strongFirst ? strong + gap + plain : plain + gap + strong;
    }
    m_left->setText(html);
}

void StatusLine::setText(const QString& text) {
    setParts({{text, {}}});
}

void StatusLine::setRight(const QString& text) {
    m_right->setText(text);
}

void StatusLine::setProgress(double done) {
    m_progress->setVisible(done >= 0);
    m_progress->setValue(int(done * 1000));
}

QString StatusLine::text() const {
    return QTextDocumentFragment::fromHtml(m_left->text()).toPlainText().simplified();
}

} // namespace fuseboard
