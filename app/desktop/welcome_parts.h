// SPDX-License-Identifier: Apache-2.0
// The painted parts of the welcome page.
#pragma once

#include "views/theme/theme.h"

#include <QAbstractButton>
#include <QFrame>

class QVBoxLayout;

namespace fuseboard {

/// The program's sign, 54 by 54.
class LogoTile : public QWidget {
public:
    LogoTile();

protected:
    void paintEvent(QPaintEvent* event) override;
};

/// The name of a key in a small frame.
class KeyCap : public QWidget {
public:
    explicit KeyCap(QString key);
    [[nodiscard]] QSize sizeHint() const override;
    static void paint(QPainter& painter, const QRectF& rect, const QString& key);
    [[nodiscard]] static int widthOf(const QString& key);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_key;
};

/// One way to start: picture, title, key and a sentence.
class StartCard : public QAbstractButton {
public:
    enum class Picture : std::uint8_t { Example, Import, Draw };
    StartCard(Picture picture, const QString& title, QString text, QString key);
    [[nodiscard]] QSize sizeHint() const override { return {336, 208}; }

protected:
    void paintEvent(QPaintEvent* event) override;
    void enterEvent(QEnterEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    void paintPicture(QPainter& painter, const QRectF& area) const;
    void paintExample(QPainter& painter, const QRectF& area) const;
    void paintFiles(QPainter& painter, const QRectF& area) const;
    void paintDrawing(QPainter& painter, const QRectF& area) const;

    Picture m_picture;
    QString m_text, m_key;
};

/// A rounded frame around rows.
class ListFrame : public QFrame {
public:
    ListFrame();
    [[nodiscard]] QVBoxLayout* rows() { return m_rows; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QVBoxLayout* m_rows;
};

/// One line of the recent files, or their heading.
class RecentRow : public QAbstractButton {
public:
    RecentRow(QString icon, const QString& name, QString folder, QString nodes, QString speedup,
              QString opened, bool isHeading);
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_icon, m_folder, m_nodes, m_speedup, m_opened;
    bool m_isHeading;
};

/// One example: icon, title, what is in it.
class ExampleRow : public QAbstractButton {
public:
    ExampleRow(QString icon, const QString& title, QString detail);
    [[nodiscard]] QSize sizeHint() const override { return {320, 58}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_icon, m_detail;
};

} // namespace fuseboard
