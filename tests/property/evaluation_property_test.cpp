// SPDX-License-Identifier: Apache-2.0
// Compiled expressions against interpreted ones: random expressions, nested deeply, over random
// rows, from columns and from rows, as drawn and fused. Same bytes out and the same errors. A
// failure names its seed; FB_SEED=n runs that one alone, FB_SEEDS=n runs so many.
#include "engine/jit/llvm_compiler.h"
#include "tests/property/random_evaluation.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <random>

namespace fuseboard {
namespace {

std::uint64_t numberFrom(const char* variable, std::uint64_t otherwise) {
    const char* text = std::getenv(variable);
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

/// Agreement says nothing where no code was made.
class CountingCompiler final : public GroupCompiler {
public:
    explicit CountingCompiler(GroupCompiler& compiler) : m_compiler(compiler) {}
    Result<std::shared_ptr<const CompiledLoop>> compile(std::shared_ptr<const LoopProgram> program,
                                                        CodeTier tier, CodeProbe probe) override {
        auto made =
            m_compiler.compile(std::move(program), m_inlined ? CodeTier::Inlined : tier, probe);
        m_made += made.has_value() && probe == CodeProbe::None ? 1 : 0;
        return made;
    }
    [[nodiscard]] std::uint64_t made() const { return m_made; }
    void setInlined(bool inlined) { m_inlined = inlined; }

private:
    GroupCompiler& m_compiler;
    std::atomic<std::uint64_t> m_made{0};
    bool m_inlined = false;
};

TEST(Evaluation, CompiledIsInterpreted) {
    const auto llvm = makeLlvmCompiler();
    ASSERT_TRUE(llvm.has_value());
    CountingCompiler compiler(**llvm);
    const std::uint64_t only = numberFrom("FB_SEED", 0);
    const std::uint64_t last = only != 0 ? only : numberFrom("FB_SEEDS", 120);
    const auto file = std::filesystem::temp_directory_path() /
                      fmt::format("fuseboard-evaluation-{}.ndjson", getpid());
    for (std::uint64_t seed = only != 0 ? only : 1; seed <= last; ++seed) {
        std::mt19937_64 random(seed);
        compiler.setInlined(seed % 4 == 0); // it takes longer to make
        const Evaluation made = randomEvaluation(
            [&](std::uint32_t n) { return static_cast<std::uint32_t>(random() % n); });
        const std::string text = compareEvaluations(made, compiler, file.string());
        EXPECT_EQ(text, "") << "seed " << seed << "\n"
                            << made.pipeline << (only != 0 ? made.input : std::string());
    }
    std::filesystem::remove(file);
    const std::uint64_t cases = only != 0 ? 1 : last;
    EXPECT_GE(compiler.made(), 4 * cases); // a stage at least, in each of four runs
}

} // namespace
} // namespace fuseboard
