// SPDX-License-Identifier: Apache-2.0
#include "views/palette/palette_model.h"

#include "views/document/endpoint_kinds.h"

#include <QCoreApplication>
#include <QMimeData>

#include <algorithm>

namespace fuseboard {

namespace {

constexpr quintptr kSectionId = ~quintptr{0};

QString utf8(std::string_view text) {
    return QString::fromUtf8(text.data(), qsizetype(text.size()));
}

} // namespace

PaletteModel::PaletteModel(const Catalogue& catalogue, QObject* parent)
    : QAbstractItemModel(parent) {
    const auto addEndpoints = [&](bool sources, const QString& title) {
        for (const EndpointKind& kind : endpointKinds()) {
            if (kind.isSource == sources)
                section(title).all.push_back(
                    {utf8(kind.name), QCoreApplication::translate("EndpointKind", kind.title),
                     QString::fromLatin1(kind.icon),
                     QCoreApplication::translate("EndpointKind", kind.summary)});
        }
    };
    addEndpoints(true, tr("Sources"));
    for (const char* title : {"Transform", "Window & aggregate", "Route"})
        section(tr(title));
    for (const OperatorInfo* info : catalogue.all()) {
        if (info->inPalette)
            section(tr(info->category.c_str()))
                .all.push_back({utf8(info->name), utf8(info->title),
                                info->icon.empty() ? QStringLiteral("select") : utf8(info->icon),
                                utf8(info->summary)});
    }
    addEndpoints(false, tr("Sinks"));
    refilter();
}

PaletteModel::Section& PaletteModel::section(const QString& title) {
    const auto at = std::find_if(m_sections.begin(), m_sections.end(),
                                 [&](const Section& s) { return s.title == title; });
    if (at != m_sections.end())
        return *at;
    m_sections.push_back({title, {}, {}});
    return m_sections.back();
}

void PaletteModel::setFilter(const QString& text) {
    if (text.trimmed() == m_filter)
        return;
    beginResetModel();
    m_filter = text.trimmed();
    refilter();
    endResetModel();
}

void PaletteModel::refilter() {
    m_shown.clear();
    for (std::size_t s = 0; s < m_sections.size(); ++s) {
        Section& section = m_sections[s];
        section.shown.clear();
        for (std::size_t e = 0; e < section.all.size(); ++e) {
            const Entry& entry = section.all[e];
            const bool matches = m_filter.isEmpty() ||
                                 entry.title.contains(m_filter, Qt::CaseInsensitive) ||
                                 entry.name.contains(m_filter, Qt::CaseInsensitive) ||
                                 entry.summary.contains(m_filter, Qt::CaseInsensitive);
            if (matches)
                section.shown.push_back(int(e));
        }
        if (!section.shown.empty())
            m_shown.push_back(int(s));
    }
}

const PaletteModel::Entry* PaletteModel::entry(const QModelIndex& index) const {
    if (!index.isValid() || index.internalId() == kSectionId)
        return nullptr;
    const Section& section = m_sections[std::size_t(m_shown[std::size_t(index.internalId())])];
    return &section.all[std::size_t(section.shown[std::size_t(index.row())])];
}

QModelIndex PaletteModel::index(int row, int column, const QModelIndex& parent) const {
    if (row < 0 || column != 0 || row >= rowCount(parent))
        return {};
    return createIndex(row, column, parent.isValid() ? quintptr(parent.row()) : kSectionId);
}

QModelIndex PaletteModel::parent(const QModelIndex& child) const {
    if (!child.isValid() || child.internalId() == kSectionId)
        return {};
    return createIndex(int(child.internalId()), 0, kSectionId);
}

int PaletteModel::rowCount(const QModelIndex& parent) const {
    if (!parent.isValid())
        return int(m_shown.size());
    if (parent.internalId() != kSectionId)
        return 0;
    return int(m_sections[std::size_t(m_shown[std::size_t(parent.row())])].shown.size());
}

QVariant PaletteModel::data(const QModelIndex& index, int role) const {
    if (!index.isValid())
        return {};
    if (const Entry* one = entry(index); one != nullptr) {
        switch (role) {
        case Qt::DisplayRole: return one->title;
        case Qt::ToolTipRole: return one->summary;
        case NameRole: return one->name;
        case IconNameRole: return one->icon;
        default: return {};
        }
    }
    const Section& section = m_sections[std::size_t(m_shown[std::size_t(index.row())])];
    switch (role) {
    case Qt::DisplayRole: return section.title;
    case CountRole: return int(section.shown.size());
    default: return {};
    }
}

Qt::ItemFlags PaletteModel::flags(const QModelIndex& index) const {
    if (entry(index) == nullptr)
        return index.isValid() ? Qt::ItemIsEnabled | Qt::ItemIsSelectable : Qt::NoItemFlags;
    return Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsDragEnabled |
           Qt::ItemNeverHasChildren;
}

QStringList PaletteModel::mimeTypes() const {
    return {QString::fromLatin1(kOperatorMimeType)};
}

QMimeData* PaletteModel::mimeData(const QModelIndexList& indexes) const {
    if (indexes.isEmpty() || entry(indexes.front()) == nullptr)
        return nullptr;
    auto* data = new QMimeData;
    data->setData(QString::fromLatin1(kOperatorMimeType), entry(indexes.front())->name.toUtf8());
    return data;
}

} // namespace fuseboard
