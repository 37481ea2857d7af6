// SPDX-License-Identifier: Apache-2.0
#include "engine/importers/importer.h"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <sys/stat.h>

namespace fuseboard {

namespace {

struct FileCloser {
    void operator()(std::FILE* file) const { std::fclose(file); }
};

Error fileError(ErrorCode code, const std::string& path, std::string message,
                std::string hint = {}) {
    return Error(code, std::move(message), std::move(hint)).at({path, 0, 0, {}});
}

Result<std::string> readWhole(const std::string& path) {
    const std::unique_ptr<std::FILE, FileCloser> file(std::fopen(path.c_str(), "rb"));
    if (file == nullptr)
        return fail(fileError(
            errno == ENOENT || errno == ENOTDIR ? ErrorCode::NotFound : ErrorCode::NotReadable,
            path, fmt::format("cannot open the pipeline file: {}", std::strerror(errno)),
            "check the name and the permissions"));
    struct stat facts{};
    if (::fstat(::fileno(file.get()), &facts) == 0 && S_ISDIR(facts.st_mode))
        return fail(
            fileError(ErrorCode::NotReadable, path, "this is a folder, not a pipeline file"));
    std::string text;
    std::array<char, 65536>
        buffer; // NOLINT(cppcoreguidelines-pro-type-member-init): filled by fread
    while (const std::size_t got = std::fread(buffer.data(), 1, buffer.size(), file.get())) {
        if (text.size() + got > kMaxImportBytes)
            return fail(
                fileError(ErrorCode::LimitExceeded, path,
                          fmt::format("the file is longer than {} MiB, which no pipeline is",
                                      kMaxImportBytes >> 20U)));
        text.append(buffer.data(), got);
    }
    if (std::ferror(file.get()) != 0)
        return fail(
            fileError(ErrorCode::NotReadable, path,
                      fmt::format("cannot read the pipeline file: {}", std::strerror(errno))));
    return text;
}

std::string kindsText() {
    std::string text;
    for (const Importer& importer : importers())
        text += fmt::format("{}{} ({})", text.empty() ? "" : ", ", importer.title,
                            fmt::join(importer.endings, ", "));
    return text;
}

} // namespace

const Importer* importerFor(std::string_view name, std::string_view text) {
    const Importer* found = nullptr;
    std::size_t longest = 0;
    for (const Importer& importer : importers())
        for (const std::string_view ending : importer.endings)
            if (name.ends_with(ending) && ending.size() > longest) {
                found = &importer;
                longest = ending.size();
            }
    if (found != nullptr)
        return found;
    for (const Importer& importer : importers())
        if (importer.looksLike(text))
            return &importer;
    return nullptr;
}

ImportResult importText(const ImportSource& source, const ImportOptions& options) {
    const Importer* importer = importerFor(source.name, source.text);
    if (importer == nullptr)
        return std::unexpected(std::vector<Error>{fileError(
            ErrorCode::UnknownName, source.name, "nobody knows this kind of pipeline file",
            fmt::format("known: {}", kindsText()))});
    ImportResult result = importer->import(source, options);
    if (!result) {
        for (Error& error : result.error())
            if (error.place.file.empty())
                error.place.file = source.name;
        return result;
    }
    result->format = importer->name;
    result->graph.forgetLog();
    return result;
}

ImportResult importFile(const std::string& path, const ImportOptions& options) {
    auto text = readWhole(path);
    if (!text)
        return std::unexpected(std::vector<Error>{std::move(text).error()});
    return importText({path, std::move(*text)}, options);
}

} // namespace fuseboard
