// SPDX-License-Identifier: Apache-2.0
#include "app/desktop/code_service.h"

#include "app/session/code_listing.h"

namespace fuseboard {

namespace {

QString text(const std::string& utf8) {
    return QString::fromStdString(utf8);
}

CodeTextStage stageText(const ListedStage& listed) {
    CodeTextStage stage;
    stage.label = text(listed.label);
    stage.nodes = listed.nodes;
    for (const std::string& label : listed.labels)
        stage.names << text(label);
    stage.refusal = text(listed.refusal);
    for (const ListedCode& code : listed.code) {
        stage.remark = listed.sampled
                           ? QObject::tr("over %1, kinds of values as in the source's first rows")
                                 .arg(text(code.rows))
                           : QObject::tr("over %1, kinds of values not known: bind a source")
                                 .arg(text(code.rows));
        for (const ListedLine& line : code.lines)
            stage.lines.push_back(
                {line.node == ListedLine::kNoNode ? -1 : int(line.node), text(line.text)});
    }
    return stage;
}

} // namespace

CodeText codeTextOf(const OptimizedGraph& plan, CodeShape shape,
                    const std::atomic<bool>* cancelled) {
    CodeText made;
    made.shape = shape;
    CodeQuery query;
    query.form = shape == CodeShape::Program ? CodeForm::Program
                 : shape == CodeShape::Ir    ? CodeForm::Ir
                                             : CodeForm::Assembly;
    query.cancelled = cancelled;
    const Result<CodeListing> listing = listCode(plan, query);
    if (!listing) {
        made.failure = text(listing.error().message);
        return made;
    }
    for (const ListedStage& stage : listing->stages)
        made.stages.push_back(stageText(stage));
    return made;
}

CodeService::CodeService(QObject* parent) : QObject(parent) {
    m_pool.setMaxThreadCount(1);
}

CodeService::~CodeService() {
    if (m_cancelled != nullptr)
        m_cancelled->store(true);
    m_pool.clear();
    m_pool.waitForDone();
}

void CodeService::list(std::shared_ptr<const OptimizedGraph> plan, CodeShape shape,
                       std::function<void(CodeText)> then) {
    if (m_cancelled != nullptr)
        m_cancelled->store(true);
    m_cancelled = std::make_shared<std::atomic<bool>>(false);
    m_pool.start(
        [this, plan = std::move(plan), shape, then = std::move(then), cancelled = m_cancelled] {
            if (cancelled->load())
                return;
            auto made = std::make_shared<CodeText>(codeTextOf(*plan, shape, cancelled.get()));
            QMetaObject::invokeMethod(
                this,
                [made, then, cancelled] {
                    if (!cancelled->load())
                        then(std::move(*made));
                },
                Qt::QueuedConnection);
        });
}

} // namespace fuseboard
