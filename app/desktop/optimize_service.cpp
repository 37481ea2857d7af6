// SPDX-License-Identifier: Apache-2.0
#include "app/desktop/optimize_service.h"

#include "app/session/session.h"
#include "engine/graph/verifier.h"
#include "engine/operators/operator_body.h"
#include "engine/script/parser.h"

#include <set>

namespace fuseboard {

namespace {

constexpr int kPauseMs = 60;

std::optional<Error> errorOf(const NodeData& node, const ParameterSpec& spec,
                             const Parameter& parameter, const Definitions& definitions) {
    const auto finish = [&](Error error) {
        error.node = node.id;
        error.message = spec.title + ": " + error.message;
        return error;
    };
    const auto* windows = node.config.windows("windows");
    const bool windowed = spec.name == "target" && windows != nullptr && !windows->empty();
    const auto plain = [&](const std::string& text) -> std::optional<Error> {
        auto parsed = parseExpression(spec.title, text,
                                      windowed ? ExpressionUse::Windowed : ExpressionUse::Plain,
                                      &definitions);
        if (parsed && windowed)
            parsed = bindWindowedTarget(std::move(*parsed), node.config.groupBy("group_by").get());
        return parsed ? std::nullopt : std::optional(finish(std::move(parsed).error()));
    };
    if (const auto* expression = std::get_if<Expression>(&parameter)) {
        if (expression->tree != nullptr || expression->text.empty())
            return std::nullopt;
        if (spec.type != ParameterType::Script)
            return plain(expression->text);
        auto script = parseScriptBody(spec.title, expression->text, &definitions);
        return script ? std::nullopt : std::optional(finish(std::move(script).error()));
    }
    if (const auto* by = std::get_if<GroupByText>(&parameter);
        by != nullptr && by->tree == nullptr) {
        auto parsed = parseGroupBy(spec.title, by->text, &definitions);
        return parsed ? std::nullopt : std::optional(finish(std::move(parsed).error()));
    }
    if (const auto* branches = std::get_if<std::vector<NamedExpression>>(&parameter)) {
        for (const NamedExpression& branch : *branches) {
            if (branch.expression.tree == nullptr && !branch.expression.text.empty())
                return plain(branch.expression.text);
        }
    }
    return std::nullopt;
}

std::vector<Error> parseErrors(const Graph& graph, const Catalogue& catalogue) {
    std::vector<Error> errors;
    for (const NodeIndex index : graph.nodes()) {
        const NodeData& node = graph.node(index);
        const OperatorInfo* info = catalogue.find(node.operatorName);
        if (info == nullptr)
            continue;
        for (const ParameterSpec& spec : info->parameters) {
            const Parameter* parameter = node.config.find(spec.name);
            if (parameter == nullptr)
                continue;
            if (auto error = errorOf(node, spec, *parameter, graph.definitions()))
                errors.push_back(std::move(*error));
        }
    }
    return errors;
}

} // namespace

std::vector<Error> problemsOf(const Graph& graph, const Catalogue& catalogue) {
    std::vector<Error> problems = parseErrors(graph, catalogue);
    std::set<std::string> told;
    for (const Error& error : problems)
        told.insert(error.node);
    for (Error& error : verify(graph, catalogue)) {
        // A text that does not parse also counts as missing or wrong there: told once is enough.
        const bool sameMatter = !error.node.empty() && told.contains(error.node);
        if (!sameMatter)
            problems.push_back(std::move(error));
    }
    return problems;
}

OptimizeService::OptimizeService(QObject* parent)
    : QObject(parent), m_newest(std::make_shared<std::atomic<std::uint64_t>>(0)) {
    m_pool.setMaxThreadCount(1);
    m_pause.setSingleShot(true);
    m_pause.setInterval(kPauseMs);
    connect(&m_pause, &QTimer::timeout, this, &OptimizeService::start);
}

OptimizeService::~OptimizeService() {
    ++*m_newest;
    m_pool.waitForDone();
}

void OptimizeService::request(GraphPtr graph) {
    m_graph = std::move(graph);
    m_pending = true;
    m_pause.start();
}

void OptimizeService::requestNow(GraphPtr graph) {
    request(std::move(graph));
    m_pause.stop();
    start();
}

void OptimizeService::start() {
    const std::uint64_t own = ++*m_newest;
    m_pool.start([this, own, graph = m_graph, newest = m_newest] {
        if (newest->load() != own)
            return;
        std::vector<Error> problems = problemsOf(*graph, builtinCatalogue());
        OptimizedPtr optimized;
        PlanFactsPtr facts;
        if (problems.empty()) {
            const auto plan = [&]() -> Status {
                PassOptions options;
                options.cancelled = [own, newest] { return newest->load() != own; };
                FB_TRY_ASSIGN(options.schemas, pinnedSchemas(*graph));
                FB_TRY_ASSIGN(OptimizedGraph result, optimizePipeline(*graph, options));
                facts = std::make_shared<const PlanFacts>(
                    factsOf(result, builtinCatalogue(), options.schemas, options.costs));
                optimized = std::make_shared<const OptimizedGraph>(std::move(result));
                return {};
            };
            if (const Status planned = plan(); !planned)
                problems.push_back(planned.error());
        }
        QMetaObject::invokeMethod(
            this,
            [this, own, newest, optimized, facts, problems] {
                if (newest->load() != own || m_pause.isActive())
                    return;
                m_pending = false;
                Q_EMIT ready(optimized, facts, problems);
            },
            Qt::QueuedConnection);
    });
}

} // namespace fuseboard
