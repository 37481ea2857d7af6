// SPDX-License-Identifier: Apache-2.0
// The look of the window: colours by token, text styles, recoloured icons, and the style sheet of
// the standard widgets. Tokens and sizes are those of palette.json and docs of the visual
// reference.
#pragma once

#include <QColor>
#include <QFont>
#include <QIcon>
#include <QObject>
#include <QPalette>
#include <QString>

#include <array>

class QApplication;
class QPainter;
class QRectF;

namespace fuseboard {

/// Colours of palette.json, in its order; tokenName() gives the name there ("drawn-soft").
enum class Token : std::uint8_t {
    Bg,
    Panel,
    Field,
    Canvas,
    Dot,
    Card,
    Line,
    Line2,
    Line3,
    Ink,
    Ink2,
    Ink3,
    Dis,
    Hover,
    Press,
    Sel,
    Drawn,
    DrawnSoft,
    DrawnMark,
    DrawnBar,
    Fused,
    FusedSoft,
    FusedMark,
    FusedBar,
    FusedLine,
    Hull,
    DrawnHalo,
    FusedHalo,
    OnAccent,
    Bytes,
    BytesStrong,
    Busy,
    BusyInk,
    BusySoft,
    Bp,
    BpInk,
    BpSoft,
    Err,
    ErrSoft,
    Band,
    PassBg,
    PassLine,
    PassInk,
    SynKw,
    SynStr,
    SynFn,
    SynNum,
    SynCom,
    Pop,
    Tip,
    TipInk,
    TipInk2,
};
inline constexpr std::size_t kTokenCount = std::size_t(Token::TipInk2) + 1;
[[nodiscard]] const char* tokenName(Token token);

/// Sizes in pixels at 100 %, with the weight of their use.
enum class TextStyle : std::uint8_t {
    Display28,
    Display24, ///< 600: welcome title; verdict
    Heading15, ///< 600: inspector node name
    Title13,   ///< 600: card title, canvas heading
    Body,
    BodyMedium,
    BodyStrong, ///< 12: 400, 500, 600
    Small,
    SmallMedium,
    SmallStrong, ///< 11: 400, 500, 600
    Mono,        ///< 11 JetBrains Mono, ligatures off: code, types
    Mono12,
};
inline constexpr std::size_t kTextStyleCount = std::size_t(TextStyle::Mono12) + 1;

/// GUI thread only. One for the whole program; install() makes the application wear it.
class Theme : public QObject {
    Q_OBJECT

public:
    enum class Mode : std::uint8_t { System, Light, Dark };

    [[nodiscard]] static Theme& instance();

    /// Registers fonts found beside the program, sets style, palette and style sheet of the
    /// application, and follows the system while the mode says so.
    void install(QApplication& application);
    void setMode(Mode mode);
    [[nodiscard]] Mode mode() const { return m_mode; }
    [[nodiscard]] bool isDark() const { return m_dark; }

    [[nodiscard]] QColor color(Token token) const {
        return m_colors[m_dark ? 1 : 0][std::size_t(token)];
    }
    [[nodiscard]] QFont font(TextStyle style) const;
    /// An icon of resources/icons in a colour that follows the theme; disabled states use `dis`.
    [[nodiscard]] QIcon icon(const QString& name, Token token = Token::Ink2) const;
    /// Draws an icon sharply into `rect` whatever the painter's scale.
    void paintIcon(QPainter& painter, const QRectF& rect, const QString& name, QColor color) const;

Q_SIGNALS:
    /// After light and dark have changed places; repaint what is cached.
    void changed();

private:
    Theme();
    bool eventFilter(QObject* watched, QEvent* event) override;
    void load();
    void apply();
    [[nodiscard]] QPalette palette() const;

    std::array<std::array<QColor, kTokenCount>, 2> m_colors;
    QApplication* m_application = nullptr;
    QPalette m_systemPalette;
    Mode m_mode = Mode::System;
    bool m_dark = false;
    bool m_applying = false;
};

/// Short for Theme::instance().color(token).
[[nodiscard]] QColor themed(Token token);
[[nodiscard]] QFont themed(TextStyle style);

} // namespace fuseboard
