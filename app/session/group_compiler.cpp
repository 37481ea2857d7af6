// SPDX-License-Identifier: Apache-2.0
#include "app/session/group_compiler.h"

#include "engine/jit/llvm_compiler.h"
#include "engine/kernels/code_cache.h"

namespace fuseboard {

GroupCompiler* sharedCompiler() {
    static const std::unique_ptr<GroupCompiler> kCompiler = []() -> std::unique_ptr<GroupCompiler> {
        auto made = makeLlvmCompiler();
        return made ? std::make_unique<CodeCache>(*std::move(made)) : nullptr;
    }();
    return kCompiler.get();
}

} // namespace fuseboard
