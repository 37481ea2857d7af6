// SPDX-License-Identifier: Apache-2.0
// Infers a schema from the first rows of a source, on a thread of its own.
#pragma once

#include "engine/connectors/source.h"

#include <QObject>
#include <QThreadPool>

#include <functional>
#include <memory>

namespace fuseboard {

/// Rows that a sample is made of, at most.
inline constexpr std::size_t kSampleRows = 1'000;

/// What the first rows of the source have in common. Errors: those of openSource() and of reading;
/// Unsupported: a source that can be read only once; NotFound: no row is readable.
[[nodiscard]] Result<Schema> inferSchema(const SourceSpec& source);

/// Lives in the GUI thread; answers come there, in the order of the requests.
class SchemaService : public QObject {
    Q_OBJECT

public:
    explicit SchemaService(QObject* parent = nullptr);
    ~SchemaService() override;
    void infer(SourceSpec source, std::function<void(Result<Schema>)> then);

private:
    QThreadPool m_pool;
};

} // namespace fuseboard
