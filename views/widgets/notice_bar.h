// SPDX-License-Identifier: Apache-2.0
// A line above a view that says what happened and offers up to two ways on.
#pragma once

#include <QString>
#include <QWidget>

#include <functional>

class QHBoxLayout;
class QLabel;

namespace fuseboard {

class NoticeBar : public QWidget {
    Q_OBJECT

public:
    enum class Kind : std::uint8_t { Info, Warning, Error };

    explicit NoticeBar(QWidget* parent = nullptr); ///< hidden until show()
    void showNotice(Kind kind, const QString& text);
    /// A button for the notice at hand; showNotice() removes those of the last one.
    void addAction(const QString& text, std::function<void()> action);
    [[nodiscard]] QString text() const;

Q_SIGNALS:
    void dismissed();

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QHBoxLayout* m_layout;
    QLabel* m_label;
    QWidget* m_actions;
    Kind m_kind = Kind::Info;
};

} // namespace fuseboard
