// SPDX-License-Identifier: Apache-2.0
// Code of fused groups: what makes two loops one in the cache, and whose time the probe says it is.
#include "engine/jit/llvm_compiler.h"
#include "engine/kernels/code_cache.h"
#include "engine/kernels/loop_key.h"
#include "engine/operators/operator_body.h"
#include "engine/runtime/run.h"
#include "engine/runtime/stage_code.h"
#include "tests/support/compact_graph.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <thread>
#include <unistd.h>

namespace fuseboard {
namespace {

class FakeLoop final : public CompiledLoop {
public:
    explicit FakeLoop(std::shared_ptr<const LoopProgram> of) : m_program(std::move(of)) {}
    LoopFunction entry() const override { return nullptr; }
    TableFunction tables() const override { return nullptr; }
    const LoopProgram& program() const override { return *m_program; }
    CodeTier tier() const override { return CodeTier::Calls; }
    double seconds() const override { return 0; }
    Result<std::vector<CodeLine>> listing(CodeForm) const override {
        return std::vector<CodeLine>();
    }

private:
    std::shared_ptr<const LoopProgram> m_program;
};

struct FakeCompiler final : GroupCompiler {
    Result<std::shared_ptr<const CompiledLoop>> compile(std::shared_ptr<const LoopProgram> program,
                                                        CodeTier, CodeProbe) override {
        ++*count;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
        if (program->name == "bad")
            return fail(ErrorCode::Unsupported, "no");
        return std::make_shared<FakeLoop>(std::move(program));
    }
    std::shared_ptr<std::atomic<int>> count = std::make_shared<std::atomic<int>>(0);
};

IrNode textConstant(std::string_view text) {
    IrNode node;
    node.op = IrOp::Constant;
    node.type = IrType::Text;
    node.constant = OwnedValue(Value::string(text));
    return node;
}

LoopProgram someProgram() {
    LoopProgram program;
    program.name = "f";
    program.columns = {{"a"}, {"a", "b"}};
    program.kinds = {1, 2};
    program.nodes = {textConstant("x"), IrNode()};
    program.members = {{"f", "filter", {{0}, {1}}}};
    program.outputs = {{true}};
    LoopStep step;
    step.kind = LoopStep::Kind::Effect;
    step.effect.path = {1};
    program.steps = {step};
    return program;
}

struct Cached {
    Cached() {
        auto fake = std::make_unique<FakeCompiler>();
        count = fake->count;
        cache = std::make_unique<CodeCache>(std::move(fake), 2);
    }
    auto compile(const LoopProgram& program, CodeTier tier = CodeTier::Calls,
                 CodeProbe probe = CodeProbe::None) const {
        return cache->compile(std::make_shared<const LoopProgram>(program), tier, probe);
    }
    std::shared_ptr<std::atomic<int>> count;
    std::unique_ptr<CodeCache> cache;
};

TEST(CodeCache, EqualProgramsAreCompiledOnce) {
    const Cached cached;
    const auto one = cached.compile(someProgram()), other = cached.compile(someProgram());
    ASSERT_TRUE(one.has_value());
    EXPECT_EQ(*one, *other);
    EXPECT_EQ(*cached.count, 1);
}

TEST(CodeCache, TiersAndProbesAreApart) {
    const Cached cached;
    (void)cached.compile(someProgram());
    (void)cached.compile(someProgram(), CodeTier::Inlined);
    (void)cached.compile(someProgram(), CodeTier::Calls, CodeProbe::Cycles);
    EXPECT_EQ(*cached.count, 3);
}

TEST(CodeCache, ThreadsThatAskAtOnceWaitForOneCompilation) {
    const Cached cached;
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i)
        threads.emplace_back([&] { EXPECT_TRUE(cached.compile(someProgram()).has_value()); });
    for (std::thread& thread : threads)
        thread.join();
    EXPECT_EQ(*cached.count, 1);
}

TEST(CodeCache, TheLeastUsedGoesFirstAndFailuresAreNotKept) {
    const Cached cached;
    LoopProgram a = someProgram(), b = someProgram(), c = someProgram(), bad = someProgram();
    b.name = "b";
    c.name = "c";
    bad.name = "bad";
    (void)cached.compile(a);
    (void)cached.compile(b);
    (void)cached.compile(a); // now b is the one used least lately
    (void)cached.compile(c);
    EXPECT_EQ(*cached.count, 3);
    (void)cached.compile(a);
    EXPECT_EQ(*cached.count, 3);
    (void)cached.compile(b);
    EXPECT_EQ(*cached.count, 4);
    EXPECT_FALSE(cached.compile(bad).has_value());
    EXPECT_FALSE(cached.compile(bad).has_value());
    EXPECT_EQ(*cached.count, 6);
}

TEST(LoopKey, CoversAllThatCodeIsMadeFrom) {
    const std::string key = loopKey(someProgram());
    EXPECT_EQ(key, loopKey(someProgram()));
    const std::vector<std::pair<const char*, std::function<void(LoopProgram&)>>> changes = {
        {"constant", [](LoopProgram& p) { p.nodes[0] = textConstant("y"); }},
        {"length", [](LoopProgram& p) { p.nodes[0] = textConstant("xx"); }},
        {"type", [](LoopProgram& p) { p.nodes[1].type = IrType::Int; }},
        {"operator", [](LoopProgram& p) { p.nodes[1].binary = BinaryOp::Subtract; }},
        {"operand", [](LoopProgram& p) { p.nodes[1].a = 0; }},
        {"index", [](LoopProgram& p) { p.nodes[1].index = 1; }},
        {"key", [](LoopProgram& p) { p.nodes[1].keys = {"k"}; }},
        {"argument", [](LoopProgram& p) { p.nodes[1].arguments = {0}; }},
        {"origin", [](LoopProgram& p) { p.nodes[1].origin = reinterpret_cast<const Expr*>(&p); }},
        {"member", [](LoopProgram& p) { p.nodes[1].member = 1; }},
        {"columns", [](LoopProgram& p) { p.columns = {{"a", "a"}, {"b"}}; }},
        {"kinds", [](LoopProgram& p) { p.kinds[1] = 3; }},
        {"from", [](LoopProgram& p) { p.fromColumns = true; }},
        {"path", [](LoopProgram& p) { p.steps[0].effect.path = {2}; }},
        {"target", [](LoopProgram& p) { p.steps[0].effect.target = 2; }},
        {"input", [](LoopProgram& p) { p.steps[0].effect.input = 1; }},
        {"inside", [](LoopProgram& p) { p.steps[0].inside.emplace_back(); }},
        {"otherwise", [](LoopProgram& p) { p.steps[0].otherwise.emplace_back(); }},
        {"counter", [](LoopProgram& p) { p.steps[0].counter = 1; }},
        {"counters", [](LoopProgram& p) { p.members[0].counters.rowsIn = {0, 1}; }},
        {"outputs", [](LoopProgram& p) { p.outputs[0].encoded = false; }},
        {"reversed", [](LoopProgram& p) { p.reversed = true; }},
        {"scratch", [](LoopProgram& p) { p.usesScratch = true; }},
        {"lists", [](LoopProgram& p) { p.eachCount = 1; }},
        {"list", [](LoopProgram& p) { p.steps[0].each.number = 1; }},
        {"fields", [](LoopProgram& p) { p.steps[0].each.fields = true; }},
        {"some", [](LoopProgram& p) { p.steps[0].each.needsSome = true; }},
        {"groups", [](LoopProgram& p) { p.steps[0].each.groups = true; }},
        {"most", [](LoopProgram& p) { p.steps[0].each.most = 1; }},
        {"element", [](LoopProgram& p) { p.steps[0].each.element = 0; }},
        {"each key", [](LoopProgram& p) { p.steps[0].each.key = 0; }},
    };
    for (const auto& [name, change] : changes) {
        LoopProgram changed = someProgram();
        change(changed);
        EXPECT_NE(key, loopKey(changed)) << name;
    }
}

/// Runs one pipeline several times by one compiler.
class CompiledRun : public testing::Test {
protected:
    void SetUp() override {
        auto compiler = makeLlvmCompiler();
        ASSERT_TRUE(compiler.has_value());
        m_compiler = std::make_unique<CodeCache>(*std::move(compiler));
    }
    void TearDown() override { std::filesystem::remove(m_file); }

    void load(const std::string& pipeline, const std::vector<std::string>& fused,
              const std::string& rows) {
        auto parsed = parseCompactGraph(pipeline, builtinCatalogue());
        ASSERT_TRUE(parsed.has_value()) << describe(parsed.error());
        m_graph = std::move(*parsed);
        ASSERT_TRUE(m_graph.markNaive().has_value());
        FusedGroup group;
        for (const std::string& id : fused)
            group.members.push_back(*m_graph.findNode(id));
        group.inputPorts = {"in"};
        m_graph.setGroups({group});
        m_file = std::filesystem::temp_directory_path() /
                 fmt::format("fuseboard-code-{}.ndjson", getpid());
        std::ofstream(m_file) << rows;
    }

    RunResult run(std::optional<CodeTier> tier = {}) {
        RunRequest request;
        request.exec = Exec::Compile;
        request.compiler = m_compiler.get();
        request.tier = tier;
        request.threads = 2;
        request.batchBytes = 16U << 10U;
        InputRequest& input = request.inputs.emplace_back();
        input.source.location = m_file.string();
        request.outputs.push_back({{"out"}});
        auto result = runGraph(m_graph, {}, request, {});
        EXPECT_TRUE(result.has_value());
        return result ? std::move(*result) : RunResult();
    }

    /// The part that `node` has of its group without decoding.
    static double shareOf(const RunRecord& record, std::string_view node) {
        double all = 0, own = 0;
        for (const MemberRow& member : record.members) {
            if (member.node == "source/in")
                continue;
            all += static_cast<double>(member.sampledNs);
            own += member.node == node ? static_cast<double>(member.sampledNs) : 0;
        }
        return all > 0 ? own / all : -1;
    }

    Graph m_graph;
    std::filesystem::path m_file;
    std::unique_ptr<GroupCompiler> m_compiler;
};

/// The real compiler, that says it took so long.
class TimedCompiler final : public GroupCompiler {
public:
    TimedCompiler(GroupCompiler& compiler, double seconds)
        : m_compiler(compiler), m_seconds(seconds) {}
    Result<std::shared_ptr<const CompiledLoop>> compile(std::shared_ptr<const LoopProgram> program,
                                                        CodeTier tier, CodeProbe probe) override {
        FB_TRY_ASSIGN(auto loop, m_compiler.compile(std::move(program), tier, probe));
        return std::make_shared<TimedLoop>(std::move(loop), m_seconds);
    }

private:
    class TimedLoop final : public CompiledLoop {
    public:
        TimedLoop(std::shared_ptr<const CompiledLoop> loop, double seconds)
            : m_loop(std::move(loop)), m_seconds(seconds) {}
        LoopFunction entry() const override { return m_loop->entry(); }
        TableFunction tables() const override { return m_loop->tables(); }
        const LoopProgram& program() const override { return m_loop->program(); }
        CodeTier tier() const override { return m_loop->tier(); }
        double seconds() const override { return m_seconds; }
        Result<std::vector<CodeLine>> listing(CodeForm form) const override {
            return m_loop->listing(form);
        }

    private:
        std::shared_ptr<const CompiledLoop> m_loop;
        double m_seconds;
    };
    GroupCompiler& m_compiler;
    double m_seconds;
};

bool hasTier(const RunResult& result, std::string_view tier) {
    return std::ranges::any_of(
        result.record.code, [&](const CodeRow& code) { return code.tier == tier && !code.probe; });
}

std::string someRows(int count) {
    std::string rows;
    for (int i = 0; i < count; ++i)
        rows += fmt::format("{{\"x\":{},\"s\":\"some words with the number {} in them\"}}\n", i, i);
    return rows;
}

TEST_F(CompiledRun, TheProbeFindsTheExpensiveMember) {
    load("cheap: filter\n    where event.x >= 0\n"
         "costly: filter\n    where re::is_match(\"(w[a-z]+|n[a-z]+) .*[0-9]+ (i|o)n\", event.s)\n"
         "last: select\n    target {\"x\": event.x}\n"
         "in -> cheap -> costly -> last -> out\n",
         {"cheap", "costly", "last"}, someRows(40'000));
    // The probe's code is made beside the first run.
    (void)run();
    const RunResult result = run();
    const RunRecord& record = result.record;
    EXPECT_GT(shareOf(record, "costly"), 0.5);
    EXPECT_GE(shareOf(record, "cheap"), 0.0);
    const auto group = std::ranges::find(record.stages, "cheap+costly+last", &StageRow::stageId);
    ASSERT_NE(group, record.stages.end());
    EXPECT_EQ(group->exec, "compiled") << group->execReason;
    ASSERT_FALSE(record.code.empty());
    EXPECT_TRUE(std::ranges::any_of(record.code, &CodeRow::probe));
    // Decoding is told apart, under its source.
    EXPECT_TRUE(std::ranges::any_of(record.members, [](const MemberRow& member) {
        return member.node == "source/in" && member.sampledNs > 0;
    }));
    for (const MemberRow& member : record.members)
        EXPECT_EQ(member.rowsIn, 40'000U) << member.node;
}

TEST_F(CompiledRun, InlinedKernelsGiveTheSameBytes) {
    load("f: filter\n    where event.x >= 10\n"
         "s: select\n    target {\"y\": event.x + 1, \"z\": event.x * 0.5, \"s\": event.s}\n"
         "in -> f -> s -> out\n",
         {"f", "s"}, someRows(2000) + "{\"x\":12.25e1,\"s\":\"a \\n b\"}\n");
    const RunResult calls = run(CodeTier::Calls), inlined = run(CodeTier::Inlined);
    EXPECT_TRUE(hasTier(calls, "calls"));
    EXPECT_TRUE(hasTier(inlined, "inlined"));
    EXPECT_FALSE(hasTier(inlined, "calls"));
    EXPECT_EQ(calls.sinks[0].hash, inlined.sinks[0].hash);
}

/// What improve() makes of a stage of one filter whose code took so long to make.
std::vector<CodeTier> improved(GroupCompiler& real, double compileSeconds, bool alone,
                               double worked, std::optional<double> left,
                               std::optional<CodeTier> tier = {}) {
    auto parsed =
        parseCompactGraph("f: filter\n    where event.x > 1\nin -> f -> out\n", builtinCatalogue());
    EXPECT_TRUE(parsed.has_value());
    LoopGroup group;
    const NodeData& node = parsed->node(*parsed->findNode("f"));
    group.members.push_back(
        {&node, findOperator(node.operatorName), {{"out", {{true}}}}, false, false});
    group.name = "f";
    group.outputs = 1;
    TimedCompiler compiler(real, compileSeconds);
    std::vector<CodeTier> tiers;
    StageCode::Settings settings;
    settings.alone = alone;
    settings.tier = tier;
    StageCode code(group, compiler, settings);
    code.makeUnseen();
    const auto spent = static_cast<std::uint64_t>((worked + code.made()[0].waited) * 1e9);
    code.improve(spent, left);
    for (int i = 0; i < 500 && !alone && code.made().size() < 2 && compileSeconds < 1; ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(2)); // it is made beside the run
    for (const StageCode::Made& made : code.made())
        tiers.push_back(made.loop->tier());
    return tiers;
}

TEST_F(CompiledRun, TheSecondTierIsMadeIfItPays) {
    const std::vector<CodeTier> first{CodeTier::Calls}, both{CodeTier::Calls, CodeTier::Inlined};
    EXPECT_EQ(improved(*m_compiler, 0.01, true, 2, 10), both);
    EXPECT_EQ(improved(*m_compiler, 0.01, false, 2, 10), both);
    EXPECT_EQ(improved(*m_compiler, 0.01, false, 10, {}), both);
    // One thread has to know what is left.
    EXPECT_EQ(improved(*m_compiler, 0.01, true, 10, {}), first);
    // Too little is left, or making it takes too long.
    EXPECT_EQ(improved(*m_compiler, 0.01, true, 2, 0.1), first);
    EXPECT_EQ(improved(*m_compiler, 10, false, 2, 10), first);
    EXPECT_EQ(improved(*m_compiler, 0.01, true, 2, 10, CodeTier::Calls), first);
    EXPECT_EQ(improved(*m_compiler, 0.01, true, 2, 10, CodeTier::Inlined),
              std::vector{CodeTier::Inlined});
}

TEST_F(CompiledRun, RepetitionsUseTheCodeOfTheFirstRun) {
    load("f: filter\n    where event.x >= 10\ns: select\n    target {\"y\": event.x + 1}\n"
         "in -> f -> s -> out\n",
         {"f", "s"}, someRows(2000));
    const RunResult first = run(), second = run();
    EXPECT_GT(first.record.run.compileSeconds, 0);
    EXPECT_EQ(second.record.run.compileSeconds, 0);
    ASSERT_FALSE(second.record.code.empty());
    EXPECT_TRUE(second.record.code[0].reused);
    EXPECT_FALSE(first.record.code[0].reused);
    EXPECT_EQ(first.sinks[0].hash, second.sinks[0].hash);
}

} // namespace
} // namespace fuseboard
