// SPDX-License-Identifier: Apache-2.0
#include "engine/exporters/table_presence.h"

#include "engine/formats/json_text.h"
#include "engine/formats/schema_json.h"

#include <algorithm>
#include <utility>

namespace fuseboard {

namespace {

using Presence = FieldPresence::Kind;
using Path = std::vector<TextStep>;

bool isRequired(const Schema& schema, const Path& path) {
    std::vector<std::string> keys;
    for (const TextStep& step : path) {
        const auto* key = std::get_if<std::string>(&step);
        if (key == nullptr)
            return false;
        keys.push_back(*key);
        const SchemaField* declared = schema.find(keys);
        if (declared != nullptr &&
            (!declared->required || (declared->nullable && keys.size() < path.size())))
            return false;
    }
    return schema.find(keys) != nullptr;
}

Path joined(Path first, Path::const_iterator begin, Path::const_iterator end) {
    first.insert(first.end(), begin, end);
    return first;
}

/// What of the new event a step computes, and where the rest comes from.
struct FieldSource {
    std::vector<std::pair<std::string, ExprPtr>> fields;
    std::vector<std::string> erased;
    bool keepsOthers = false;
    bool scalar = false;
    bool grouped = false; ///< there is no input row any more
    PresenceOf input;

    FieldPresence answer(const Path& path) const {
        FieldPresence found = scalar ? inside(*fields.front().second, path) : ofField(path);
        if (grouped && found.kind == Presence::InText)
            found.kind = Presence::Unknown;
        return found;
    }

    FieldPresence ofField(const Path& path) const {
        const auto* name = std::get_if<std::string>(&path.front());
        if (name == nullptr)
            return {Presence::Never, {}};
        if (std::find(erased.begin(), erased.end(), *name) != erased.end())
            return {Presence::Never, {}};
        for (const auto& [field, tree] : fields)
            if (field == *name)
                return inside(*tree, Path(path.begin() + 1, path.end()));
        return keepsOthers ? input(path) : FieldPresence{Presence::Never, {}};
    }

    // A value that could be computed is there; what it holds depends on where it is from.
    FieldPresence inside(const Expr& tree, const Path& rest) const {
        if (rest.empty())
            return {Presence::Always, {}};
        if (const auto* record = tryAs<RecordExpr>(&tree)) {
            for (auto entry = record->entries.rbegin(); entry != record->entries.rend(); ++entry) {
                const auto* key = tryAs<LiteralExpr>(entry->key.get());
                if (key == nullptr)
                    return {};
                if (rest.front() == TextStep(std::string(key->value->asString())))
                    return inside(*entry->value, Path(rest.begin() + 1, rest.end()));
            }
            return {Presence::Never, {}};
        }
        const auto* path = tryAs<PathExpr>(&tree);
        if (path == nullptr || path->root != PathRoot::Event)
            return {};
        const Path steps = textStepsOf(*path);
        if (steps.size() != path->segments.size())
            return {};
        return input(joined(steps, rest.begin(), rest.end()));
    }
};

} // namespace

Result<PresenceOf> presenceAtSource(std::string_view format, const Value& settings) {
    Schema schema;
    if (const Value* saved = settings.isRecord() ? settings.find("schema") : nullptr;
        saved != nullptr && !saved->isNull()) {
        FB_TRY_ASSIGN(schema, parseSchema(printJson(*saved)));
    }
    if (format == "lines") // a line has no fields
        return PresenceOf([](const Path&) { return FieldPresence{Presence::Never, {}}; });
    if (format == "csv") // the header names all fields of all rows, and none holds others
        return PresenceOf([](const Path& path) {
            return FieldPresence{path.size() == 1 ? Presence::Always : Presence::Never, {}};
        });
    return PresenceOf([schema = std::move(schema)](const Path& path) {
        if (isRequired(schema, path))
            return FieldPresence{Presence::Always, {}};
        return FieldPresence{Presence::InText, path};
    });
}

PresenceOf presenceOfAll(std::vector<PresenceOf> inputs) {
    return [inputs = std::move(inputs)](const Path& path) {
        FieldPresence all = inputs.front()(path);
        for (const PresenceOf& input : inputs)
            if (input(path) != all)
                return FieldPresence{};
        return all;
    };
}

PresenceOf presenceOfElement(const TableStep& step, const PathExpr& array) {
    return [input = step.presence, as = step.as, place = step.place,
            steps = textStepsOf(array)](const Path& path) {
        auto rest = path.begin();
        if (!as.empty()) {
            if (path.front() != TextStep(as))
                return input(path);
            if (++rest == path.end())
                return FieldPresence{Presence::Always, {}};
        }
        // The array itself is there, or there were no elements.
        FieldPresence inner = steps.empty() ? FieldPresence{} : input(steps);
        if (inner.kind != Presence::InText)
            return FieldPresence{};
        inner.path.emplace_back(PlaceColumn{place});
        inner.path.insert(inner.path.end(), rest, path.end());
        return inner;
    };
}

PresenceOf presenceOfFields(const TableStep& step) {
    if (step.keepsOthers && step.fields.empty() && step.erased.empty())
        return step.presence;
    FieldSource source{step.fields,
                       step.erased,
                       step.keepsOthers,
                       step.scalar,
                       step.kind == TableStep::Kind::Group,
                       step.presence};
    return [source = std::move(source)](const Path& path) { return source.answer(path); };
}

} // namespace fuseboard
