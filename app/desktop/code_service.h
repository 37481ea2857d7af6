// SPDX-License-Identifier: Apache-2.0
// Lists the code of a plan for the Code tab, on a thread of its own.
#pragma once

#include "engine/graph/rewrite.h"
#include "views/code/code_text.h"

#include <QObject>
#include <QThreadPool>

#include <atomic>
#include <functional>
#include <memory>

namespace fuseboard {

/// The code of all stages of `plan`, which says itself what went wrong. Blocks.
[[nodiscard]] CodeText codeTextOf(const OptimizedGraph& plan, CodeShape shape,
                                  const std::atomic<bool>* cancelled);

/// Lives in the GUI thread; the answer comes there. A newer request replaces an older one.
class CodeService : public QObject {
    Q_OBJECT

public:
    explicit CodeService(QObject* parent = nullptr);
    ~CodeService() override;
    void list(std::shared_ptr<const OptimizedGraph> plan, CodeShape shape,
              std::function<void(CodeText)> then);

private:
    QThreadPool m_pool;
    std::shared_ptr<std::atomic<bool>> m_cancelled; ///< of the request under way
};

} // namespace fuseboard
