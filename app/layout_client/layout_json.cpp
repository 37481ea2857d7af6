// SPDX-License-Identifier: Apache-2.0
#include "app/layout_client/layout_json.h"

#include "engine/formats/json_text.h"

#include <fmt/format.h>

namespace fuseboard {

namespace {

std::unexpected<Error> malformed(const char* what) {
    return fail(ErrorCode::InvalidSyntax, fmt::format("the layout message has no valid {}", what));
}

bool isNumbers(const Value& list, std::size_t atLeast) {
    if (!list.isArray() || list.size() < atLeast)
        return false;
    for (std::size_t i = 0; i < atLeast; ++i)
        if (!list.items()[i].isNumber())
            return false;
    return true;
}

} // namespace

std::string printLayoutRequest(const LayoutRequest& request) {
    std::string text = fmt::format(R"({{"leftToRight":{},"boxGap":{},"rankGap":{},"boxes":[)",
                                   request.leftToRight, request.boxGap, request.rankGap);
    const char* separator = "";
    for (const LayoutBox& box : request.boxes) {
        text += fmt::format("{}[{},{},{},", separator, box.width, box.height, box.part);
        printJsonString(box.rank, text);
        text += ']';
        separator = ",";
    }
    text += "],\"arrows\":[";
    separator = "";
    for (const LayoutArrow& arrow : request.arrows) {
        text += fmt::format("{}[{},{}]", separator, arrow.from, arrow.to);
        separator = ",";
    }
    return text + "]}";
}

Result<LayoutRequest> parseLayoutRequest(std::string_view json) {
    Arena arena;
    FB_TRY_ASSIGN(const Value root, parseJson(json, arena));
    if (!root.isRecord())
        return malformed("record");
    LayoutRequest request;
    if (const Value* v = root.find("leftToRight"); v != nullptr && v->isBool())
        request.leftToRight = v->asBool();
    if (const Value* v = root.find("boxGap"); v != nullptr && v->isNumber())
        request.boxGap = v->toDouble();
    if (const Value* v = root.find("rankGap"); v != nullptr && v->isNumber())
        request.rankGap = v->toDouble();
    const Value* boxes = root.find("boxes");
    const Value* arrows = root.find("arrows");
    if (boxes == nullptr || !boxes->isArray() || arrows == nullptr || !arrows->isArray())
        return malformed("boxes or arrows");
    for (const Value& box : boxes->items()) {
        if (!isNumbers(box, 3) || box.size() != 4 || !box.items()[2].isInteger() ||
            !box.items()[3].isString())
            return malformed("box");
        request.boxes.push_back({box.items()[0].toDouble(), box.items()[1].toDouble(),
                                 static_cast<std::uint32_t>(box.items()[2].asU64()),
                                 std::string(box.items()[3].asString())});
    }
    for (const Value& arrow : arrows->items()) {
        if (!isNumbers(arrow, 2) || !arrow.items()[0].isInteger() ||
            !arrow.items()[1].isInteger() || arrow.items()[0].asU64() >= request.boxes.size() ||
            arrow.items()[1].asU64() >= request.boxes.size())
            return malformed("arrow");
        request.arrows.push_back({static_cast<std::uint32_t>(arrow.items()[0].asU64()),
                                  static_cast<std::uint32_t>(arrow.items()[1].asU64())});
    }
    return request;
}

std::string printLayoutResult(const LayoutResult& result) {
    std::string text = "[";
    for (const LayoutPoint& point : result.topLeft)
        text += fmt::format("{}[{},{}]", text.size() > 1 ? "," : "", point.x, point.y);
    return text + "]";
}

Result<LayoutResult> parseLayoutResult(std::string_view json) {
    Arena arena;
    FB_TRY_ASSIGN(const Value root, parseJson(json, arena));
    if (!root.isArray())
        return malformed("list of points");
    LayoutResult result;
    for (const Value& point : root.items()) {
        if (!isNumbers(point, 2))
            return malformed("point");
        result.topLeft.push_back({point.items()[0].toDouble(), point.items()[1].toDouble()});
    }
    return result;
}

} // namespace fuseboard
