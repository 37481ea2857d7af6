// SPDX-License-Identifier: Apache-2.0
#include "views/inspector/schema_section.h"

#include "views/document/endpoint_kinds.h"
#include "views/document/number_text.h"
#include "views/inspector/section.h"

#include <QCoreApplication>
#include <QFrame>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>

#include <algorithm>
#include <array>

namespace fuseboard {

namespace {

constexpr std::size_t kMostFields = 12;

QString tr(const char* text) {
    return QCoreApplication::translate("Inspector", text);
}

struct FieldLine {
    QString name, type;
};

QString text(std::string_view utf8) {
    return QString::fromUtf8(utf8.data(), qsizetype(utf8.size()));
}

/// Short names: two boxes stand side by side.
QString typeText(const Shape& shape) {
    struct Named {
        KindMask kinds;
        const char* name;
    };
    static constexpr std::array<Named, 9> kNames{{{maskOf(Kind::String), "str"},
                                                  {maskOf(Kind::Bool), "bool"},
                                                  {kIntegerKinds, "int"},
                                                  {maskOf(Kind::F64), "float"},
                                                  {kNumberKinds, "number"},
                                                  {maskOf(Kind::Record), "record"},
                                                  {maskOf(Kind::Array), "array"},
                                                  {maskOf(Kind::Bytes), "bytes"},
                                                  {maskOf(Kind::Null), "null"}}};
    const auto nameOf = [](KindMask kinds) -> QString {
        for (const Named& named : kNames) {
            if (kinds != 0 && within(kinds, named.kinds))
                return QLatin1String(named.name);
        }
        return {};
    };
    if (const QString name = nameOf(shape.kinds); !name.isEmpty())
        return name;
    const QString name = nameOf(KindMask(shape.kinds & ~maskOf(Kind::Null)));
    return name.isEmpty() ? QStringLiteral("any") : name + QLatin1Char('?');
}

class FieldBox : public QFrame {
public:
    FieldBox(const QString& title, const std::vector<FieldLine>& lines, const QString& remark) {
        auto* grid = new QGridLayout(this);
        grid->setContentsMargins(8, 6, 8, 6);
        grid->setHorizontalSpacing(8);
        grid->setVerticalSpacing(5);
        grid->setColumnStretch(0, 1);
        int row = 0;
        grid->addWidget(wrappedText(title, Token::Ink2, TextStyle::Small), row++, 0, 1, 2);
        const std::size_t shown =
            lines.size() > kMostFields + 1 ? kMostFields : lines.size(); // no "1 more"
        for (std::size_t i = 0; i < shown; ++i) {
            QLabel* name = wrappedText(lines[i].name, Token::Ink, TextStyle::Small);
            name->setToolTip(lines[i].name);
            name->setWordWrap(false);
            grid->addWidget(name, row, 0);
            QLabel* type = wrappedText(lines[i].type, Token::Ink2, TextStyle::Mono);
            type->setWordWrap(false);
            type->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
            grid->addWidget(type, row++, 1, Qt::AlignRight);
        }
        const QString rest =
            shown < lines.size() ? tr("and %1 more").arg(lines.size() - shown) : remark;
        if (!rest.isEmpty())
            grid->addWidget(wrappedText(rest, Token::Ink3, TextStyle::Small), row++, 0, 1, 2);
        grid->setRowStretch(row, 1);
    }

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(themed(Token::Line2), 1));
        painter.setBrush(themed(Token::Field));
        painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
    }
};

FieldBox* boxOf(const Shape& shape, const QString& direction) {
    std::vector<FieldLine> lines;
    QString remark;
    if (shape.fields != nullptr) {
        for (const ShapeField& field : *shape.fields) {
            const QString optional = field.required ? QString() : QStringLiteral("?");
            lines.push_back({text(field.key) + optional, typeText(field.shape)});
            if (field.shape.fields != nullptr && field.shape.fields->size() > 1)
                remark =
                    tr("%1 keys in %2").arg(int(field.shape.fields->size())).arg(text(field.key));
        }
    }
    if (lines.empty()) {
        const bool knowsNothing = shape.kinds == kAnyKind;
        return new FieldBox(direction, {}, knowsNothing ? tr("not known") : typeText(shape));
    }
    const QString count = pluralText(lines.size(), tr("field"), tr("fields"));
    const QString title = shape.closed ? QStringLiteral("%1, %2").arg(direction, count)
                                       : tr("%1, at least %2").arg(direction, count);
    return new FieldBox(title, lines, remark);
}

/// The declared fields, from the setting as it is saved.
std::vector<FieldLine> declaredFields(const Value& schema) {
    std::vector<FieldLine> lines;
    const Value* fields = schema.isRecord() ? schema.find("fields") : nullptr;
    if (fields == nullptr || !fields->isArray())
        return lines;
    const auto isTrue = [](const Value* value, bool otherwise) {
        return value != nullptr && value->isBool() ? value->asBool() : otherwise;
    };
    for (const Value& field : fields->items()) {
        const Value* path = field.isRecord() ? field.find("path") : nullptr;
        const Value* type = field.isRecord() ? field.find("type") : nullptr;
        if (path == nullptr || type == nullptr || !path->isString() || !type->isString() ||
            path->asString().empty())
            continue;
        const bool required = isTrue(field.find("required"), true);
        const bool nullable = isTrue(field.find("nullable"), false);
        lines.push_back({text(path->asString()) + (required ? QString() : QStringLiteral("?")),
                         text(type->asString()) + (nullable ? QStringLiteral("?") : QString())});
    }
    return lines;
}

QPushButton* button(Section& section, const QString& label, const QString& name,
                    const std::function<void()>& act) {
    auto* made = new QPushButton(label);
    made->setObjectName(name);
    made->setProperty("look", "small");
    QObject::connect(made, &QPushButton::clicked, &section, act);
    return made;
}

} // namespace

void fillNodeSchema(Section& section, const GraphDocument& document, Side side,
                    const std::string& nodeId) {
    section.clear();
    const PlanFactsPtr& facts = document.facts();
    const NodeFacts* node = facts == nullptr ? nullptr : facts->find(side, nodeId);
    if (node == nullptr) {
        section.finish();
        return;
    }
    auto* pair = new QWidget;
    auto* row = new QHBoxLayout(pair);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    row->addWidget(boxOf(node->received, tr("In")), 1);
    row->addWidget(boxOf(node->sent, tr("Out")), 1);
    section.add(pair);
    if (node->received.fields == nullptr && node->received.kinds == kAnyKind)
        section.add(wrappedText(tr("Pin the schema of the source to prove what comes in."),
                                Token::Ink3, TextStyle::Small));
    section.finish();
}

void fillSourceSchema(Section& section, const GraphDocument& document, const std::string& port,
                      bool isReading, const std::function<void()>& pin,
                      const std::function<void()>& unpin) {
    section.clear();
    const Graph& graph = *document.graph();
    const auto index = graph.findInput(port);
    const OwnedValue settings = index ? graph.inputBinding(*index)->settings : OwnedValue();
    const Value* schema = settings->isRecord() ? settings->find(kSchemaKey) : nullptr;
    section.header().setRemark(schema == nullptr ? tr("not declared") : tr("pinned"),
                               schema == nullptr ? QString() : QStringLiteral("check"));
    if (schema != nullptr) {
        const std::vector<FieldLine> lines = declaredFields(*schema);
        section.add(new FieldBox(
            tr("%1 declared").arg(pluralText(lines.size(), tr("field"), tr("fields"))), lines, {}));
    }
    section.add(wrappedText(
        schema == nullptr
            ? tr("One click reads the first rows and declares their fields. Rows that differ are "
                 "then rejected and counted, and the optimiser may rely on the rest.")
            : tr("Rows that differ are rejected and counted. “?” marks what may be missing or "
                 "null."),
        Token::Ink3, TextStyle::Small));
    auto* buttons = new QWidget;
    auto* row = new QHBoxLayout(buttons);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    QPushButton* pinning = button(section,
                                  isReading           ? tr("Reading a sample…")
                                  : schema == nullptr ? tr("Pin schema")
                                                      : tr("Pin again"),
                                  QStringLiteral("pinSchema"), pin);
    pinning->setEnabled(!isReading);
    row->addWidget(pinning);
    if (schema != nullptr)
        row->addWidget(button(section, tr("Unpin"), QStringLiteral("unpinSchema"), unpin));
    row->addStretch(1);
    section.add(buttons);
    section.finish();
}

} // namespace fuseboard
