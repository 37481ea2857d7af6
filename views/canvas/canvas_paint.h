// SPDX-License-Identifier: Apache-2.0
// Painting that several things on a canvas have in common.
#pragma once

#include <QFont>
#include <QFontMetricsF>
#include <QPainterPath>
#include <QRectF>
#include <QString>

class QPainter;

namespace fuseboard {

/// Where text of one line stands in the middle of `rect`.
[[nodiscard]] double baselineIn(const QRectF& rect, const QFontMetricsF& metrics);
/// One line, elided at the right.
void drawElided(QPainter& painter, const QRectF& rect, const QString& text);
/// The font of card titles at a scale: 13 px at 100 %, never below 12.
[[nodiscard]] QFont titleFont(double scale, bool disabled);

/// Moves the origin to `at` and, below 100 %, makes units pixels of the screen. Returns the canvas
/// scale that is left to apply: 1 from 100 % up. Call between save() and restore().
double enterPixels(QPainter& painter, const QPointF& at, double scale);

/// Stripes at 45° for backpressure: finer on bars than on edges.
enum class Hatching { Bar, Edge };
void paintHatching(QPainter& painter, const QRectF& rect, Hatching kind);
void paintHatching(QPainter& painter, const QPainterPath& path, Hatching kind);

} // namespace fuseboard
