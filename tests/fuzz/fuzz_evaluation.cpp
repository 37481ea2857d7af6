// SPDX-License-Identifier: Apache-2.0
// Fuzz target: the bytes are the choices by which a pipeline of expressions and its rows are made.
// Compiled and interpreted, it must give the same rows and errors.
#include "engine/base/check.h"
#include "engine/jit/llvm_compiler.h"
#include "tests/property/random_evaluation.h"

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>

using namespace fuseboard;

namespace {

/// A file of this process that is gone when it ends.
struct InputFile {
    std::filesystem::path path =
        std::filesystem::temp_directory_path() / fmt::format("fuseboard-fuzz-{}.ndjson", getpid());
    ~InputFile() { std::filesystem::remove(path); }
};

} // namespace

// The names and types of this function are libFuzzer's.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const auto kCompiler = makeLlvmCompiler();
    static const InputFile kFile;
    FB_CHECK(kCompiler.has_value());
    std::size_t at = 0;
    // When the bytes are used up the simplest choice is taken, so that expressions end.
    const Evaluation made = randomEvaluation([&](std::uint32_t n) {
        return at < size ? static_cast<std::uint32_t>(data[at++]) % n : n - 1;
    });
    const std::string text = compareEvaluations(made, **kCompiler, kFile.path.string());
    if (!text.empty())
        std::fprintf(stderr, "%s\n%s%s", text.c_str(), made.pipeline.c_str(), made.input.c_str());
    FB_CHECK(text.empty());
    return 0;
}
