// SPDX-License-Identifier: Apache-2.0
#include "views/theme/theme.h"

#include "views/theme/style_sheet.h"

#include <QApplication>
#include <QDir>
#include <QEvent>
#include <QFile>
#include <QFontDatabase>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QStyleFactory>

namespace fuseboard {

namespace {

constexpr const char* kPalettePath = ":/fuseboard/theme/palette.json";

/// "#rrggbb" or "rgba(r,g,b,a)" with a from 0 to 1.
QColor parseColor(const QString& text) {
    static const QRegularExpression kRgba(
        QStringLiteral(R"(^rgba\(\s*(\d+)\s*,\s*(\d+)\s*,\s*(\d+)\s*,\s*([0-9.]+)\s*\)$)"));
    const QRegularExpressionMatch match = kRgba.match(text);
    if (!match.hasMatch())
        return QColor(text);
    QColor color(match.captured(1).toInt(), match.captured(2).toInt(), match.captured(3).toInt());
    color.setAlphaF(match.captured(4).toFloat());
    return color;
}

} // namespace

const char* tokenName(Token token) {
    static constexpr std::array<const char*, kTokenCount> kNames{
        "bg",           "panel",     "field",      "canvas",     "dot",        "card",
        "line",         "line2",     "line3",      "ink",        "ink2",       "ink3",
        "dis",          "hover",     "press",      "sel",        "drawn",      "drawn-soft",
        "drawn-mark",   "drawn-bar", "fused",      "fused-soft", "fused-mark", "fused-bar",
        "fused-line",   "hull",      "drawn-halo", "fused-halo", "on-accent",  "bytes",
        "bytes-strong", "busy",      "busy-ink",   "busy-soft",  "bp",         "bp-ink",
        "bp-soft",      "err",       "err-soft",   "band",       "pass-bg",    "pass-line",
        "pass-ink",     "syn-kw",    "syn-str",    "syn-fn",     "syn-num",    "syn-com",
        "pop",          "tip",       "tip-ink",    "tip-ink2"};
    return kNames[std::size_t(token)];
}

Theme& Theme::instance() {
    static Theme theme;
    return theme;
}

Theme::Theme() {
    load();
}

void Theme::load() {
    QFile file{QString::fromLatin1(kPalettePath)};
    if (!file.open(QIODevice::ReadOnly))
        qFatal("the program was built without %s", kPalettePath);
    const QJsonObject root = QJsonDocument::fromJson(file.readAll()).object();
    for (int dark = 0; dark < 2; ++dark) {
        const QJsonObject tokens = root[dark ? u"dark" : u"light"].toObject();
        for (std::size_t token = 0; token < kTokenCount; ++token) {
            const QString name = QString::fromLatin1(tokenName(Token(token)));
            const QColor color = parseColor(tokens[name].toString());
            if (!color.isValid())
                qFatal("%s has no colour %s", kPalettePath, tokenName(Token(token)));
            m_colors[std::size_t(dark)][token] = color;
        }
    }
}

void Theme::install(QApplication& application) {
    if (m_application != nullptr)
        return;
    m_application = &application;
    // Fonts that a package ships beside the program, for systems that have none of them.
    for (const QString& folder : {QStringLiteral("/../share/fuseboard/fonts")}) {
        const QDir fonts(QCoreApplication::applicationDirPath() + folder);
        for (const QString& name :
             fonts.entryList({QStringLiteral("*.otf"), QStringLiteral("*.ttf")}))
            QFontDatabase::addApplicationFont(fonts.filePath(name));
    }
    m_systemPalette = application.palette();
    QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    application.installEventFilter(this);
    apply();
}

void Theme::setMode(Mode mode) {
    if (mode == m_mode && m_application != nullptr)
        return;
    m_mode = mode;
    apply();
}

bool Theme::eventFilter(QObject* watched, QEvent* event) {
    // The desktop has changed its palette; our own changes arrive here too and are ignored.
    if (event->type() == QEvent::ApplicationPaletteChange && watched == m_application &&
        !m_applying && m_mode == Mode::System) {
        const QPalette now = QApplication::palette();
        if (now.color(QPalette::Window) != palette().color(QPalette::Window)) {
            m_systemPalette = now;
            apply();
        }
    }
    return QObject::eventFilter(watched, event);
}

void Theme::apply() {
    if (m_applying)
        return;
    m_applying = true;
    m_dark = m_mode == Mode::Dark || (m_mode == Mode::System &&
                                      m_systemPalette.color(QPalette::Window).lightness() <
                                          m_systemPalette.color(QPalette::WindowText).lightness());
    if (m_application != nullptr) {
        QApplication::setFont(font(TextStyle::Body));
        QApplication::setPalette(palette());
        m_application->setStyleSheet(makeStyleSheet(*this));
    }
    m_applying = false;
    Q_EMIT changed();
}

QPalette Theme::palette() const {
    QPalette palette;
    const auto set = [&](QPalette::ColorRole role, Token token) {
        palette.setColor(role, color(token));
    };
    set(QPalette::Window, Token::Bg);
    set(QPalette::WindowText, Token::Ink);
    set(QPalette::Base, Token::Field);
    set(QPalette::AlternateBase, Token::Panel);
    set(QPalette::Text, Token::Ink);
    set(QPalette::PlaceholderText, Token::Ink3);
    set(QPalette::Button, Token::Field);
    set(QPalette::ButtonText, Token::Ink);
    set(QPalette::BrightText, Token::Err);
    set(QPalette::Highlight, Token::Drawn);
    set(QPalette::HighlightedText, Token::OnAccent);
    set(QPalette::ToolTipBase, Token::Tip);
    set(QPalette::ToolTipText, Token::TipInk);
    set(QPalette::Link, Token::Drawn);
    set(QPalette::LinkVisited, Token::Drawn);
    set(QPalette::Light, Token::Panel);
    set(QPalette::Midlight, Token::Line);
    set(QPalette::Mid, Token::Line2);
    set(QPalette::Dark, Token::Line3);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, color(Token::Dis));
    return palette;
}

namespace {

QFont makeFont(TextStyle style) {
    struct Look {
        int pixels;
        QFont::Weight weight;
        bool mono;
    };
    static constexpr Look kLooks[] = {
        {28, QFont::DemiBold, false}, {24, QFont::DemiBold, false}, {15, QFont::DemiBold, false},
        {13, QFont::DemiBold, false}, {12, QFont::Normal, false},   {12, QFont::Medium, false},
        {12, QFont::DemiBold, false}, {11, QFont::Normal, false},   {11, QFont::Medium, false},
        {11, QFont::DemiBold, false}, {11, QFont::Normal, true},    {12, QFont::Normal, true},
    };
    const Look& look = kLooks[std::size_t(style)];
    QFont font;
    // The fallbacks serve systems without our fonts; the first ones are dependencies of the
    // package.
    font.setFamilies(
        look.mono ? QStringList{QStringLiteral("JetBrains Mono"),
                                QStringLiteral("DejaVu Sans Mono"), QStringLiteral("monospace")}
                  : QStringList{QStringLiteral("Inter"), QStringLiteral("Noto Sans"),
                                QStringLiteral("DejaVu Sans"), QStringLiteral("sans-serif")});
    font.setPixelSize(look.pixels);
    font.setWeight(look.weight);
    font.setHintingPreference(QFont::PreferNoHinting);
    if (look.mono) {
        font.setStyleHint(QFont::Monospace);
        // Letter spacing other than 0 makes Qt leave ligatures out.
        font.setLetterSpacing(QFont::AbsoluteSpacing, 0.02);
    }
    return font;
}

} // namespace

QFont Theme::font(TextStyle style) const {
    // Made once: a canvas asks for them thousands of times a frame.
    static const std::array<QFont, kTextStyleCount> kFonts = [] {
        std::array<QFont, kTextStyleCount> fonts;
        for (std::size_t i = 0; i < fonts.size(); ++i)
            fonts[i] = makeFont(TextStyle(i));
        return fonts;
    }();
    return kFonts[std::size_t(style)];
}

QColor themed(Token token) {
    return Theme::instance().color(token);
}
QFont themed(TextStyle style) {
    return Theme::instance().font(style);
}

} // namespace fuseboard
