// SPDX-License-Identifier: Apache-2.0
#include "app/layout_client/worker_layout_service.h"
#include "app/session/session.h"

#include <utility>

namespace fuseboard {

namespace {

template <class Import>
LoadResult load(const std::vector<std::string>& modulePath, LayoutService* layout,
                const Import& import) {
    // Starts no process before a DOT file asks for one.
    WorkerLayoutService worker;
    ImportOptions options;
    options.modulePath = modulePath;
    options.layout = layout != nullptr ? layout : &worker;
    ImportResult imported = import(options);
    if (!imported)
        return std::unexpected(std::move(imported).error());
    return LoadedPipeline{std::move(imported->graph), std::move(imported->notices),
                          std::move(imported->problems), std::move(imported->format)};
}

} // namespace

LoadResult loadPipeline(const std::string& path, const std::vector<std::string>& modulePath,
                        LayoutService* layout) {
    return load(modulePath, layout,
                [&](const ImportOptions& options) { return importFile(path, options); });
}

LoadResult loadPipelineText(const std::string& name, std::string text,
                            const std::vector<std::string>& modulePath, LayoutService* layout) {
    return load(modulePath, layout, [&](const ImportOptions& options) {
        return importText({name, std::move(text)}, options);
    });
}

} // namespace fuseboard
