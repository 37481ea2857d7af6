// SPDX-License-Identifier: Apache-2.0
#include "app/session/group_compiler.h"

#include "engine/jit/llvm_compiler.h"

namespace fuseboard {

GroupCompiler* sharedCompiler() {
    static const std::unique_ptr<GroupCompiler> kCompiler = [] {
        auto made = makeLlvmCompiler();
        return made ? *std::move(made) : nullptr;
    }();
    return kCompiler.get();
}

} // namespace fuseboard
