// SPDX-License-Identifier: Apache-2.0
// Icons are SVG files with `currentColor`: the colour is put in as text and the picture rendered at
// the size and device pixel ratio asked for.
#include "views/theme/theme.h"

#include <QFile>
#include <QHash>
#include <QIconEngine>
#include <QPainter>
#include <QPixmap>
#include <QPixmapCache>
#include <QSvgRenderer>

#include <cmath>
#include <memory>

namespace fuseboard {

namespace {

QByteArray iconSource(const QString& name) {
    static QHash<QString, QByteArray> sources;
    auto at = sources.find(name);
    if (at == sources.end()) {
        QFile file(QStringLiteral(":/fuseboard/icons/%1.svg").arg(name));
        at = sources.insert(name, file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray());
    }
    return *at;
}

/// Rendered icons are kept: a canvas draws the same few thousands of times.
QPixmap rendered(const QString& name, const QColor& color, const QSize& pixels) {
    const QString key = QStringLiteral("fuseboard/%1/%2/%3x%4")
                            .arg(name, color.name(QColor::HexArgb))
                            .arg(pixels.width())
                            .arg(pixels.height());
    QPixmap pixmap;
    if (QPixmapCache::find(key, &pixmap))
        return pixmap;
    QByteArray source = iconSource(name);
    pixmap = QPixmap(pixels);
    pixmap.fill(Qt::transparent);
    if (!source.isEmpty()) {
        source.replace("currentColor", color.name(QColor::HexRgb).toLatin1());
        QSvgRenderer renderer(source);
        QPainter painter(&pixmap);
        painter.setOpacity(color.alphaF());
        renderer.render(&painter, QRectF(QPointF(), QSizeF(pixels)));
    }
    QPixmapCache::insert(key, pixmap);
    return pixmap;
}

class ThemeIconEngine : public QIconEngine {
public:
    ThemeIconEngine(QString name, Token token) : m_name(std::move(name)), m_token(token) {}

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State) override {
        Theme::instance().paintIcon(*painter, rect, m_name, color(mode));
    }
    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State) override {
        return rendered(m_name, color(mode), size);
    }
    [[nodiscard]] QIconEngine* clone() const override {
        return new ThemeIconEngine(m_name, m_token);
    }

private:
    [[nodiscard]] QColor color(QIcon::Mode mode) const {
        return themed(mode == QIcon::Disabled ? Token::Dis : m_token);
    }

    QString m_name;
    Token m_token;
};

} // namespace

QIcon Theme::icon(const QString& name, Token token) const {
    return QIcon(new ThemeIconEngine(name, token));
}

void Theme::paintIcon(QPainter& painter, const QRectF& rect, const QString& name,
                      QColor color) const {
    const QTransform& transform = painter.deviceTransform();
    const double scale = std::hypot(transform.m11(), transform.m12());
    const QSize pixels(std::max(1, int(std::lround(rect.width() * scale))),
                       std::max(1, int(std::lround(rect.height() * scale))));
    painter.save();
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    const QPixmap pixmap = rendered(name, color, pixels);
    painter.drawPixmap(rect, pixmap, QRectF(pixmap.rect()));
    painter.restore();
}

} // namespace fuseboard
