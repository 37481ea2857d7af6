// SPDX-License-Identifier: Apache-2.0
#include "engine/script/aggregates/percentiles.h"

#include "engine/script/functions/native.h"

#include <charconv>
#include <map>
#include <memory>
#include <mutex>

namespace fuseboard::aggregates {

namespace {

constexpr std::size_t kMaxPercentiles = 1000;
constexpr std::size_t kMaxLists = 10'000;

std::string keyOf(std::span<const Value> items) {
    std::string key;
    for (const Value& item : items)
        if (item.isString())
            key.append(item.asString()).push_back('\0');
    return key;
}

bool parseAll(std::span<const Value> items, Percentiles& to, FunctionContext& context) {
    for (const Value& item : items) {
        if (!item.isString())
            continue;
        const std::string_view text = item.asString();
        Percentile made{std::string(text), 0};
        const char* last = text.data() + text.size();
        const auto [end, error] = std::from_chars(text.data(), last, made.share);
        if (error != std::errc() || end != last)
            return native::failed(context, ErrorCode::InvalidArgument,
                                  "the percentile \"{}\" is no number", text.substr(0, 40));
        to.push_back(std::move(made));
    }
    return true;
}

/// A program has few lists, so the last one seen by this thread nearly always answers.
struct Recent {
    std::string key;
    const Percentiles* list = nullptr;
};

} // namespace

const Percentiles& defaultPercentiles() {
    static const Percentiles kDefaults{{"0.5", 0.5},        {"0.9", 0.9},     {"0.95", 0.95},
                                       {"0.99", 0.99},      {"0.999", 0.999}, {"0.9999", 0.9999},
                                       {"0.99999", 0.99999}};
    return kDefaults;
}

const Percentiles* percentilesFrom(std::span<const Value> arguments, FunctionContext& context) {
    if (arguments.size() < 2 || !arguments[1].isArray())
        return &defaultPercentiles();
    const auto items = arguments[1].items();
    if (items.size() > kMaxPercentiles) {
        native::failed(context, ErrorCode::LimitExceeded, "more than {} percentiles",
                       kMaxPercentiles);
        return nullptr;
    }
    thread_local Recent recent;
    std::string key = keyOf(items);
    if (recent.list != nullptr && recent.key == key) [[likely]]
        return recent.list;
    Percentiles made;
    if (!parseAll(items, made, context))
        return nullptr;
    static std::mutex mutex;
    static std::map<std::string, std::unique_ptr<const Percentiles>> lists;
    const std::scoped_lock lock(mutex);
    auto& list = lists[key];
    if (list == nullptr) {
        if (lists.size() > kMaxLists) {
            lists.erase(key);
            native::failed(context, ErrorCode::LimitExceeded,
                           "more than {} different lists of percentiles", kMaxLists);
            return nullptr;
        }
        list = std::make_unique<const Percentiles>(std::move(made));
    }
    recent = {std::move(key), list.get()};
    return recent.list;
}

} // namespace fuseboard::aggregates
