// SPDX-License-Identifier: Apache-2.0
// The database of runs: round trips, migrations, other processes, and everything that goes wrong.
#include "engine/base/clock.h"
#include "engine/measure/process_stats.h"
#include "engine/store/run_export.h"
#include "engine/store/run_recorder.h"
#include "engine/store/run_store.h"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <random>
#include <sstream>
#include <sys/mount.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace fuseboard {
namespace {

namespace fs = std::filesystem;

const int kReadWrite = SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE;

class Store : public testing::Test {
protected:
    void SetUp() override {
        std::string pattern = (fs::temp_directory_path() / "fuseboard-store-XXXXXX").string();
        ASSERT_NE(mkdtemp(pattern.data()), nullptr);
        folder = pattern;
        path = (folder / "runs.sqlite").string();
    }
    void TearDown() override {
        if (mounted)
            umount2(folder.c_str(), MNT_DETACH);
        fs::remove_all(folder);
    }

    std::unique_ptr<RunStore> open(StoreOptions options = {}) const {
        auto store = RunStore::open(path, options);
        EXPECT_TRUE(store) << describe(store.error());
        return store ? std::move(*store) : nullptr;
    }
    Error openError(const std::string& file) const {
        auto store = RunStore::open(file, {.busyTimeoutMs = 50});
        EXPECT_FALSE(store);
        return store ? Error() : store.error();
    }
    std::vector<std::string> filesWith(std::string_view part) const {
        std::vector<std::string> found;
        for (const auto& entry : fs::directory_iterator(folder)) {
            const std::string name = entry.path().filename().string();
            if (name.find(part) != std::string::npos)
                found.push_back(name);
        }
        return found;
    }

    fs::path folder;
    std::string path;
    bool mounted = false; ///< a file system of its own on `folder`
};

Histogram histogram(unsigned seed) {
    std::mt19937_64 random(seed);
    Histogram result;
    for (int i = 0; i < 500; ++i)
        result.record(random() >> (30 + random() % 30), 1 + random() % 100);
    return result;
}

RunRow someRun() {
    RunRow run;
    run.plan = PlanSide::Optimized;
    run.pipelineName = "influx \"example\"";
    run.pipelineHash = "p1";
    run.planHash = "h1";
    run.planText = R"({"stages": []})";
    run.inputName = "metrics.ndjson";
    run.inputHash = "i1";
    run.outputHash = "o1";
    run.seed = ~0ULL;
    run.exec = "interpret";
    run.threads = 4;
    run.status = RunStatus::Done;
    run.startedNs = 1'700'000'000'123'456'789;
    run.seconds = 1.25;
    run.cpuSeconds = 4.5;
    run.rowsIn = 1'000'000;
    run.rowsOut = 412'345;
    run.bytesIn = 1U << 30U;
    run.bytesMaterialized = 77;
    run.compileSeconds = 0.125;
    run.peakMemoryBytes = 300U << 20U;
    run.rejectedRows = 3;
    run.failedRows = 4;
    run.nonFinite = 5;
    run.errorText = "none\nat all";
    run.settingsJson = R"({"clock": "index"})";
    run.machine = {"host", "cpu", 8, 1ULL << 34U, "Debian 12"};
    run.build = {"0.1.0", "GCC 12"};
    run.repetition = 2;
    run.owner = thisProcess();
    run.heartbeatNs = run.startedNs + 5;
    run.tag = "before";
    run.note = "zeroth \xC3\xA9 note";
    run.measuringOverhead = 0.013;
    return run;
}

StageRow someStage(std::uint32_t i) {
    StageRow row;
    row.ordinal = i;
    row.stageId = fmt::format("stage{}", i);
    row.nodes = {fmt::format("select {}", i), "a\"b\\c\n\x01"};
    row.label = "normalize";
    row.rowsIn = 10;
    row.rowsOut = 9;
    row.bytesIn = 8;
    row.bytesOut = 7;
    row.bytesMaterialized = 6;
    row.busySeconds = 0.5;
    row.blockedSeconds = 0.25;
    row.idleSeconds = 0.125;
    row.cpuSeconds = 0.75;
    row.batches = 5;
    row.errors = 4;
    row.maxQueueBytes = 3;
    row.stateBytes = 2;
    row.groups = 1;
    row.exec = "interpreted";
    row.execReason = "its branches fan out too far";
    row.service = histogram(i);
    row.queueWait = histogram(i + 99);
    return row;
}

SamplePoint someSample(std::uint32_t stage) {
    return {.stage = stage,
            .tNs = 100'000'000,
            .rowsIn = 5,
            .rowsOut = 4,
            .busyNs = 90'000'000,
            .queueBytes = 2,
            .stateBytes = 1};
}

RunRecord someRecord(std::uint32_t stages = 12) {
    RunRecord record;
    record.run = someRun();
    for (std::uint32_t i = 0; i < stages; ++i) {
        record.stages.push_back(someStage(i));
        record.samples.push_back(someSample(i));
    }
    record.members = {{.stage = 1,
                       .node = "select 1",
                       .sampledBatches = 2,
                       .rowsIn = 3,
                       .rowsOut = 2,
                       .sampledNs = 999},
                      {.stage = 0, .node = "in"}};
    record.code = {
        {.stage = 1, .form = "columns", .tier = "calls", .seconds = 0.0125, .reused = true},
        {.stage = 1, .form = "columns", .tier = "calls", .probe = true, .seconds = 0.5}};
    record.edges = {{.fromStage = std::nullopt,
                     .toStage = 0,
                     .fromNode = "in",
                     .fromPort = "out",
                     .toNode = "select 0",
                     .toPort = "in",
                     .rows = 10,
                     .bytes = 100},
                    {.fromStage = 1,
                     .toStage = std::nullopt,
                     .fromNode = "b",
                     .fromPort = "err",
                     .toNode = "err",
                     .toPort = "in"}};
    record.latency = {{.sink = "out", .histogram = histogram(1000)}, {.sink = "err"}};
    record.rewrites = {{.ordinal = 0,
                        .pass = "remove_passthrough",
                        .kind = "remove",
                        .applied = true,
                        .reason = "",
                        .before = {"in", "a"},
                        .after = {"a"},
                        .predictedSavingNsPerRow = 12.5},
                       {.ordinal = 1,
                        .pass = "push_filter",
                        .kind = "push",
                        .applied = false,
                        .reason = "may raise",
                        .before = {"f"},
                        .after = {}}};
    return record;
}

/// As the store gives it back: every row knows its run.
RunRecord stored(RunRecord record, const RunRow& run) {
    record.run = run;
    const auto own = [&](auto& rows) {
        for (auto& row : rows)
            row.runId = run.id;
    };
    own(record.stages);
    own(record.members);
    own(record.code);
    own(record.edges);
    own(record.latency);
    own(record.rewrites);
    own(record.samples);
    return record;
}

std::int64_t query(const std::string& path, const std::string& sql) {
    SQLite::Database database(path, SQLite::OPEN_READWRITE, 1000);
    return database.execAndGet(sql).getInt64();
}

/// Runs `work` in a process of its own, which then waits to be killed or exits by itself.
pid_t inChild(const std::function<void()>& work, bool stay) {
    int pipeEnds[2];
    EXPECT_EQ(pipe(pipeEnds), 0);
    const pid_t child = fork();
    if (child == 0) {
        work();
        const ssize_t told = write(pipeEnds[1], "x", 1);
        while (stay && told == 1)
            pause();
        _exit(0);
    }
    char byte = 0;
    EXPECT_EQ(read(pipeEnds[0], &byte, 1), 1);
    close(pipeEnds[0]);
    close(pipeEnds[1]);
    return child;
}

void killChild(pid_t child) {
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
}

// --- round trips

TEST_F(Store, KeepsEveryFigureOfARun) {
    const auto store = open();
    const RunRecord record = someRecord();
    const auto id = store->beginRun(record.run);
    ASSERT_TRUE(id) << describe(id.error());
    EXPECT_EQ(store->run(*id)->status, RunStatus::Running);
    EXPECT_EQ(filesWith("reserve").size(), 0U);
    RunRecord finished = record;
    finished.run.id = *id;
    ASSERT_TRUE(store->finishRun(finished));
    const auto back = store->record(*id);
    ASSERT_TRUE(back) << describe(back.error());
    EXPECT_GT(back->run.heartbeatNs, finished.run.heartbeatNs);
    finished.run.heartbeatNs = back->run.heartbeatNs;
    EXPECT_EQ(*back, stored(finished, finished.run));
    EXPECT_EQ(*store->stages(*id), back->stages);
    EXPECT_EQ(*store->members(*id), back->members);
    EXPECT_EQ(*store->edges(*id), back->edges);
    EXPECT_EQ(*store->latency(*id), back->latency);
    EXPECT_EQ(*store->rewrites(*id), back->rewrites);
    EXPECT_EQ(*store->samples(*id), back->samples);
    EXPECT_EQ(store->planText("h1")->value(), record.run.planText);
    EXPECT_FALSE(store->planText("nobody's")->has_value());
}

TEST_F(Store, KeepsEmptyFigures) {
    const auto store = open();
    RunRecord record;
    record.run.status = RunStatus::Failed;
    record.run.seconds = std::nan("");
    const auto id = store->addRun(record);
    ASSERT_TRUE(id);
    const auto back = store->run(*id);
    ASSERT_TRUE(back);
    EXPECT_FALSE(back->outputHash);
    EXPECT_FALSE(back->seed);
    EXPECT_FALSE(back->measuringOverhead);
    EXPECT_FALSE(back->comparisonId);
    EXPECT_EQ(back->seconds, 0);
    EXPECT_EQ(back->planHash, "");
    EXPECT_EQ(back->owner, thisProcess());
    EXPECT_EQ(back->machine, thisMachine());
    EXPECT_GT(back->startedNs, 0U);
}

TEST_F(Store, FinishingTwiceReplaces) {
    const auto store = open();
    RunRecord record = someRecord(3);
    record.run.id = *store->beginRun(record.run);
    ASSERT_TRUE(store->finishRun(record));
    record.stages.pop_back();
    ASSERT_TRUE(store->finishRun(record));
    EXPECT_EQ(store->stages(record.run.id)->size(), 2U);
    record.run.status = RunStatus::Running;
    EXPECT_EQ(store->finishRun(record).error().code, ErrorCode::InvalidArgument);
    record.run.status = RunStatus::Done;
    record.run.id = 999;
    EXPECT_EQ(store->finishRun(record).error().code, ErrorCode::NotFound);
}

TEST_F(Store, ListsFiltersTagsAndDeletes) {
    const auto store = open();
    RunRow run = someRun();
    const RunId first = *store->addRun({.run = run});
    run.pipelineHash = "p2";
    run.plan = PlanSide::Naive;
    run.planHash = "h2";
    run.warmup = true;
    const RunId second = *store->addRun({.run = run});
    run.status = RunStatus::Cancelled;
    run.warmup = false;
    run.inputName = "100%_real.csv";
    const RunId third = *store->addRun({.run = run});
    const auto ids = [&](const RunFilter& filter, std::size_t limit = 100) {
        std::vector<RunId> result;
        const auto rows = store->listRuns(filter, limit);
        for (const RunRow& row : *rows) {
            result.push_back(row.id);
            EXPECT_EQ(row.planText, "");
        }
        return result;
    };
    using Ids = std::vector<RunId>;
    EXPECT_EQ(ids({}), (Ids{third, second, first}));
    EXPECT_EQ(ids({}, 1), (Ids{third}));
    EXPECT_EQ(ids({.before = second}), (Ids{first}));
    EXPECT_EQ(ids({.pipelineHash = "p2"}), (Ids{third, second}));
    EXPECT_EQ(ids({.plan = PlanSide::Optimized}), (Ids{first}));
    EXPECT_EQ(ids({.status = RunStatus::Cancelled}), (Ids{third}));
    EXPECT_EQ(ids({.warmups = false}), (Ids{third, first}));
    EXPECT_EQ(ids({.text = "100%_REAL"}), (Ids{third}));
    EXPECT_EQ(ids({.text = "100x"}), Ids{});
    ASSERT_TRUE(store->setTag(first, "golden"));
    ASSERT_TRUE(store->setNote(first, "kept"));
    EXPECT_EQ(ids({.text = "gold"}), (Ids{first}));
    EXPECT_EQ(store->run(first)->note, "kept");
    EXPECT_EQ(store->setTag(77, "x").error().code, ErrorCode::NotFound);
    ASSERT_TRUE(store->deleteRun(first));
    EXPECT_EQ(store->run(first).error().code, ErrorCode::NotFound);
    EXPECT_FALSE(store->planText("h1")->has_value());
    EXPECT_TRUE(store->planText("h2")->has_value());
    EXPECT_EQ(store->deleteRun(first).error().code, ErrorCode::NotFound);
    const RunId running = *store->beginRun(someRun());
    EXPECT_EQ(running, third + 1);
    EXPECT_FALSE(store->deleteRun(running));
}

TEST_F(Store, KeepsComparisons) {
    const auto store = open();
    ComparisonRow row{.createdNs = 5, .pipelineName = "influx", .pipelineHash = "p1"};
    row.id = *store->beginComparison(row);
    EXPECT_EQ(*store->comparison(row.id), row);
    RunRow run = someRun();
    run.comparisonId = row.id;
    for (const bool warmup : {true, false}) {
        for (const PlanSide plan : {PlanSide::Naive, PlanSide::Optimized}) {
            run.plan = plan;
            run.warmup = warmup;
            const RunId id = *store->addRun({.run = run});
            if (!warmup)
                (plan == PlanSide::Naive ? row.naiveRuns : row.optimizedRuns).push_back(id);
        }
    }
    row.finishedNs = 9;
    row.identical = false;
    row.identicalReason = "row 3 differs";
    row.speedup = 4.7;
    row.ciLow = 4.5;
    row.ciHigh = 4.9;
    row.verdict = Verdict::Faster;
    row.repetitions = 5;
    row.warmups = 1;
    ASSERT_TRUE(store->finishComparison(row));
    EXPECT_EQ(*store->comparison(row.id), row);
    EXPECT_EQ(*store->listComparisons(10), (std::vector{row}));
    EXPECT_EQ(*store->findComparisonOfRun(row.naiveRuns[0]), row);
    EXPECT_EQ(store->findComparisonOfRun(999).error().code, ErrorCode::NotFound);
    EXPECT_EQ(*store->findComparisonOfRun(*store->addRun({.run = someRun()})), std::nullopt);
    EXPECT_EQ(store->listRuns({.comparison = row.id}, 100)->size(), 4U);
    const auto compared = store->listRuns({.comparison = row.id}, 100);
    for (const RunRow& member : *compared)
        ASSERT_TRUE(store->deleteRun(member.id));
    EXPECT_EQ(store->comparison(row.id).error().code, ErrorCode::NotFound);
    EXPECT_EQ(store->finishComparison(row).error().code, ErrorCode::NotFound);
}

TEST_F(Store, KeepsSettings) {
    {
        const auto store = open();
        EXPECT_EQ(*store->setting("theme"), std::nullopt);
        ASSERT_TRUE(store->setSetting("theme", "dark"));
        ASSERT_TRUE(store->setSetting("costs", "{}"));
        ASSERT_TRUE(store->setSetting("theme", "light"));
    }
    const auto store = open();
    EXPECT_EQ(*store->setting("theme"), "light");
    EXPECT_EQ(*store->settings(), (std::vector<SettingRow>{{"costs", "{}"}, {"theme", "light"}}));
}

// --- opening

TEST_F(Store, CreatesFoldersAndDefaultPath) {
    path = (folder / "a" / "b" / "runs.sqlite").string();
    EXPECT_NE(open(), nullptr);
    EXPECT_TRUE(fs::exists(path));
    const char* const variables[] = {"FUSEBOARD_DB", "XDG_DATA_HOME", "HOME"};
    std::vector<std::string> saved;
    for (const char* const name : variables)
        saved.emplace_back(getenv(name) == nullptr ? "" : getenv(name));
    setenv("FUSEBOARD_DB", "/x/y.sqlite", 1);
    EXPECT_EQ(defaultStorePath(), "/x/y.sqlite");
    unsetenv("FUSEBOARD_DB");
    setenv("XDG_DATA_HOME", "/data", 1);
    EXPECT_EQ(defaultStorePath(), "/data/fuseboard/runs.sqlite");
    setenv("XDG_DATA_HOME", "relative", 1);
    setenv("HOME", "/home/me", 1);
    EXPECT_EQ(defaultStorePath(), "/home/me/.local/share/fuseboard/runs.sqlite");
    for (std::size_t i = 0; i < saved.size(); ++i) {
        if (saved[i].empty())
            unsetenv(variables[i]);
        else
            setenv(variables[i], saved[i].c_str(), 1);
    }
}

TEST_F(Store, BeginsInAnEmptyFile) {
    std::ofstream(path).flush();
    EXPECT_NE(open(), nullptr);
    EXPECT_EQ(query(path, "PRAGMA user_version"), RunStore::schemaVersion());
    EXPECT_EQ(query(path, "SELECT count(*) FROM pragma_journal_mode WHERE journal_mode = 'wal'"),
              1);
}

std::string textOf(const fs::path& file) {
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    return text.str();
}

TEST_F(Store, MigratesAnOlderDatabase) {
    {
        SQLite::Database old(path, kReadWrite);
        old.exec(textOf(fs::path(FB_SOURCE_DIR) / "engine/store/migrations/0001_runs.sql"));
        old.exec("PRAGMA user_version = 1");
        old.exec("INSERT INTO machines VALUES (1, 'old', 'cpu', 1, 2, 'os')");
        old.exec("INSERT INTO runs VALUES (41, 'naive', 'name', 'p', NULL, 'in', 'i', NULL, NULL, "
                 "'interpret', 1, 'done', 1, 2.5, 0, 7, 0, 0, 0, 0, 0, 0, 0, '', '', 1, '', '', 1, "
                 "1, 'boot', 1, 1, '', '', NULL)");
        old.exec("INSERT INTO stages VALUES (41, 3, 'a+b', '[\"a\",\"b\"]', '', 1000, 20, 0, 0, 0, "
                 "1, 0, 0, 1, 100, 0, 0, 0, 0)");
        old.exec("INSERT INTO members VALUES (41, 0, 3, 'a', 2, 100, 10, 5000)");
        old.exec("INSERT INTO members VALUES (41, 1, 3, 'b', 2, 10, 2, 70)");
    }
    const auto store = open();
    ASSERT_NE(store, nullptr);
    const auto members = store->members(41);
    ASSERT_TRUE(members);
    ASSERT_EQ(members->size(), 2U);
    EXPECT_EQ((*members)[0].rowsIn, 1000U); // of the sampled batches before, now of the run
    EXPECT_EQ((*members)[0].sampledNs, 50000U);
    EXPECT_EQ((*members)[1].rowsIn, 100U);
    EXPECT_EQ((*members)[1].rowsOut, 20U);
    EXPECT_EQ((*members)[1].sampledNs, 700U);
    const auto run = store->run(41);
    ASSERT_TRUE(run);
    EXPECT_EQ(run->seconds, 2.5);
    EXPECT_EQ(run->rowsIn, 7U);
    EXPECT_EQ(run->nonFinite, 0U);
    EXPECT_FALSE(run->comparisonId);
    EXPECT_FALSE(run->warmup);
    EXPECT_EQ(*store->addRun(someRecord()), 42);
    ASSERT_TRUE(store->setSetting("a", "b"));
    EXPECT_EQ(query(path, "PRAGMA user_version"), RunStore::schemaVersion());
}

TEST_F(Store, RefusesANewerDatabase) {
    ASSERT_NE(open(), nullptr);
    SQLite::Database(path, SQLite::OPEN_READWRITE).exec("PRAGMA user_version = 99");
    const Error error = openError(path);
    EXPECT_EQ(error.code, ErrorCode::NewerVersion);
    EXPECT_NE(error.message.find("99"), std::string::npos);
    EXPECT_FALSE(error.hint.empty());
    EXPECT_EQ(query(path, "PRAGMA user_version"), 99);
}

TEST_F(Store, RefusesWhatIsNotOurs) {
    std::ofstream(path) << std::string(5000, 'x');
    EXPECT_EQ(openError(path).code, ErrorCode::NotReadable);
    EXPECT_EQ(textOf(path), std::string(5000, 'x'));
    const std::string foreign = (folder / "foreign.sqlite").string();
    SQLite::Database(foreign, kReadWrite).exec("CREATE TABLE places (id)");
    const std::string before = textOf(foreign);
    const Error error = openError(foreign);
    EXPECT_EQ(error.code, ErrorCode::NotReadable);
    EXPECT_NE(error.message.find("not a database of Fuseboard"), std::string::npos);
    EXPECT_EQ(textOf(foreign), before);
    EXPECT_NE(openError(folder.string()).message.find("folder"), std::string::npos);
    EXPECT_EQ(openError("").code, ErrorCode::InvalidArgument);
    std::ofstream(folder / "file").flush();
    EXPECT_EQ(openError((folder / "file" / "runs.sqlite").string()).code, ErrorCode::NotWritable);
}

TEST_F(Store, RefusesAFolderWithoutPermission) {
    if (geteuid() == 0)
        GTEST_SKIP() << "root may read everything";
    fs::permissions(folder, fs::perms::none);
    EXPECT_EQ(openError(path).code, ErrorCode::NotReadable);
    fs::permissions(folder, fs::perms::owner_all);
}

TEST_F(Store, ManyOpenAtOnce) {
    std::vector<std::thread> threads;
    std::atomic<int> opened{0};
    for (int i = 0; i < 8; ++i) {
        threads.emplace_back([&] {
            const auto store = RunStore::open(path);
            if (store && (*store)->addRun(someRecord(2)))
                ++opened;
        });
    }
    for (std::thread& thread : threads)
        thread.join();
    EXPECT_EQ(opened, 8);
    EXPECT_EQ(open()->listRuns({}, 100)->size(), 8U);
}

// --- other processes

TEST_F(Store, MarksTheRunsOfTheDead) {
    ASSERT_NE(open(), nullptr);
    const auto begin = [&] {
        static std::unique_ptr<RunStore> store; // lives until the process is killed
        store = std::move(*RunStore::open(path));
        RunRow row;
        row.pipelineName = "begun elsewhere";
        const RunId id = store->beginRun(row).value();
        const SamplePoint point{.tNs = 7, .rowsIn = 70};
        static_cast<void>(store->addSamples(id, std::span(&point, 1)));
    };
    const pid_t first = inChild(begin, true);
    const pid_t second = inChild(begin, true);
    {
        const auto store = open();
        EXPECT_EQ(store->listRuns({.status = RunStatus::Running}, 10)->size(), 2U);
        EXPECT_FALSE(store->deleteRun(1));
    }
    killChild(first);
    const auto store = open();
    EXPECT_EQ(store->run(1)->status, RunStatus::Interrupted);
    EXPECT_EQ(store->run(2)->status, RunStatus::Running);
    EXPECT_EQ(store->samples(1)->at(0).rowsIn, 70U);
    killChild(second);
    EXPECT_EQ(open()->run(2)->status, RunStatus::Interrupted);
    EXPECT_TRUE(store->deleteRun(1));
}

TEST_F(Store, BelievesHeartbeatsFromElsewhere) {
    const auto store = open();
    RunRow row;
    row.machine.name = "another machine";
    row.owner = {.pid = 1, .startTime = 1, .bootId = "another boot"};
    row.heartbeatNs = wallNs();
    const RunId fresh = *store->beginRun(row);
    row.startedNs = row.heartbeatNs = wallNs() - 60'000'000'000;
    const RunId silent = *store->beginRun(row);
    EXPECT_EQ(open()->run(fresh)->status, RunStatus::Running);
    EXPECT_EQ(store->run(silent)->status, RunStatus::Interrupted);
    ASSERT_TRUE(store->heartbeat(fresh));
}

TEST_F(Store, ReadsWhileAnotherWrites) {
    const auto writer = open();
    std::atomic<bool> stop{false};
    std::atomic<int> reads{0};
    std::vector<std::thread> readers;
    for (int i = 0; i < 3; ++i) {
        readers.emplace_back([&] {
            const auto store = RunStore::open(path);
            while (!stop) {
                const auto rows = (*store)->listRuns({}, 5);
                for (const RunRow& row : *rows) {
                    const auto record = (*store)->record(row.id);
                    ASSERT_TRUE(record) << describe(record.error());
                    // Either nothing of a run is there yet or all of it.
                    ASSERT_EQ(record->stages.size(),
                              record->run.status == RunStatus::Running ? 0U : 3U);
                }
                ++reads;
            }
        });
    }
    for (int i = 0; i < 100 || reads < 20; ++i) {
        RunRecord record = someRecord(3);
        record.run.id = *writer->beginRun(record.run);
        ASSERT_TRUE(writer->finishRun(record));
    }
    stop = true;
    for (std::thread& reader : readers)
        reader.join();
}

TEST_F(Store, OneStoreServesManyThreads) {
    const auto store = open();
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            for (int k = 0; k < 10; ++k) {
                const auto id = store->addRun(someRecord(2));
                ASSERT_TRUE(id);
                ASSERT_EQ(store->stages(*id)->size(), 2U);
            }
        });
    }
    for (std::thread& thread : threads)
        thread.join();
    EXPECT_EQ(store->listRuns({}, 1000)->size(), 40U);
}

// --- locked and full

TEST_F(Store, SaysThatTheDatabaseIsLocked) {
    const auto store = open({.busyTimeoutMs = 50});
    SQLite::Database other(path, SQLite::OPEN_READWRITE);
    other.exec("BEGIN IMMEDIATE");
    const auto refused = store->beginRun({});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::Locked);
    EXPECT_FALSE(refused.error().hint.empty());
    EXPECT_TRUE(store->listRuns({}, 10)); // readers do not mind
    EXPECT_TRUE(RunStore::open(path, {.busyTimeoutMs = 50}));
    other.exec("ROLLBACK");
    EXPECT_TRUE(store->beginRun({}));
}

TEST_F(Store, SaysThatAnExclusiveDatabaseIsLocked) {
    SQLite::Database other(path, kReadWrite);
    other.exec("PRAGMA locking_mode = EXCLUSIVE; CREATE TABLE t (x); BEGIN EXCLUSIVE");
    EXPECT_EQ(openError(path).code, ErrorCode::Locked);
}

TEST_F(Store, KeepsFiguresAsideWhenLocked) {
    RunId id = 0;
    RunRecord record = someRecord();
    {
        const auto store = open({.busyTimeoutMs = 50});
        RunRow row = record.run;
        row.tag = "tagged";
        row.startedNs = 0; // the store knows
        row.owner = {};
        auto recorder = RunRecorder::start(*store, row);
        ASSERT_TRUE(recorder);
        id = (*recorder)->id();
        EXPECT_EQ(filesWith("reserve").size(), 1U);
        SQLite::Database other(path, SQLite::OPEN_READWRITE);
        other.exec("BEGIN IMMEDIATE");
        (*recorder)->addSamples({{.stage = 3, .tNs = 5, .rowsIn = 55}});
        record.run.tag.clear();
        record.run.owner = {};
        const auto kept = (*recorder)->finish(record);
        ASSERT_TRUE(kept) << describe(kept.error());
        EXPECT_EQ(kept->id, id);
        EXPECT_EQ(kept->reason.code, ErrorCode::Locked);
        EXPECT_TRUE(fs::exists(kept->keptAside));
        EXPECT_EQ(filesWith("reserve").size(), 0U);
        EXPECT_EQ(store->run(id)->status, RunStatus::Running);
        // Whoever opens it while it is still locked leaves the file where it is.
        EXPECT_NE(open({.busyTimeoutMs = 50}), nullptr);
        EXPECT_EQ(filesWith("pending").size(), 1U);
        other.exec("ROLLBACK");
    }
    const auto store = open();
    EXPECT_EQ(filesWith("pending").size(), 0U);
    const auto back = store->record(id);
    ASSERT_TRUE(back);
    EXPECT_EQ(back->run.status, RunStatus::Done);
    EXPECT_EQ(back->run.tag, "tagged");
    EXPECT_EQ(back->run.planText, record.run.planText);
    EXPECT_EQ(back->run.owner, thisProcess());
    EXPECT_EQ(back->stages, stored(record, back->run).stages);
    EXPECT_EQ(back->samples.size(), record.samples.size() + 1);
    EXPECT_EQ(store->listRuns({}, 10)->size(), 1U);
}

TEST_F(Store, TakesAPendingFileInOnlyOnce) {
    const auto store = open();
    RunRecord record = someRecord(2);
    record.run.owner = thisProcess();
    record.run.id = *store->beginRun(record.run);
    const auto file = store->keepAside(record);
    ASSERT_TRUE(file);
    const std::string copy = *file + ".copy";
    fs::copy_file(*file, copy);
    EXPECT_EQ(open()->stages(record.run.id)->size(), 2U);
    fs::rename(copy, *file);
    ASSERT_TRUE(store->setTag(record.run.id, "mine"));
    EXPECT_EQ(open()->run(record.run.id)->tag, "mine");
    EXPECT_EQ(store->listRuns({}, 10)->size(), 1U);
    EXPECT_EQ(filesWith("pending").size(), 0U);
}

TEST_F(Store, TakesInRunsThatNeverBegan) {
    {
        const auto store = open();
        ASSERT_TRUE(store->keepAside(someRecord(2)));
        RunRecord other = someRecord(1);
        other.run.startedNs += 1;
        other.run.comparisonId = 12345; // unknown here
        ASSERT_TRUE(store->keepAside(other));
    }
    const auto store = open();
    ASSERT_EQ(store->listRuns({}, 10)->size(), 2U);
    EXPECT_FALSE(store->listRuns({}, 1)->at(0).comparisonId);
}

TEST_F(Store, KeepsComparisonsAside) {
    const auto store = open();
    ComparisonRow row{.createdNs = 5, .pipelineName = "influx", .pipelineHash = "p1"};
    row.id = *store->beginComparison(row);
    row.finishedNs = 8;
    row.speedup = 2;
    row.verdict = Verdict::CannotTell;
    ComparisonRow bare = row; // the store knows the rest
    bare.createdNs = 0;
    bare.pipelineName.clear();
    bare.pipelineHash.clear();
    ASSERT_TRUE(store->keepAside(bare));
    ComparisonRow unknown = row;
    unknown.id = 0;
    unknown.createdNs = 77;
    ASSERT_TRUE(store->keepAside(unknown));
    EXPECT_EQ(open()->listComparisons(10)->size(), 2U);
    EXPECT_EQ(*store->comparison(row.id), row);
}

TEST_F(Store, LeavesDamagedAndNewerPendingFiles) {
    const auto store = open();
    const auto newer = store->keepAside(someRecord(1));
    SQLite::Database(*newer, SQLite::OPEN_READWRITE).exec("PRAGMA user_version = 99");
    std::ofstream(path + ".pending-1-1.sqlite") << std::string(3000, '?');
    EXPECT_EQ(open()->listRuns({}, 10)->size(), 0U);
    EXPECT_TRUE(fs::exists(*newer));
    EXPECT_EQ(filesWith(".damaged").size(), 1U);
    std::ofstream(path + ".reserve-999999999-1") << "left by a process that died";
    EXPECT_NE(open(), nullptr);
    EXPECT_EQ(filesWith("reserve").size(), 0U);
}

TEST_F(Store, KeepsFiguresAsideWhenFull) {
    RunId id = 0;
    const RunRecord record = someRecord(40);
    {
        ASSERT_NE(open(), nullptr);
        const std::uint64_t size = fs::file_size(path);
        const auto store = open({.maxBytes = size + 8 * 4096});
        auto recorder = RunRecorder::start(*store, someRun());
        ASSERT_TRUE(recorder);
        id = (*recorder)->id();
        const auto kept = (*recorder)->finish(record);
        ASSERT_TRUE(kept) << describe(kept.error());
        EXPECT_EQ(kept->reason.code, ErrorCode::NotWritable);
        EXPECT_NE(kept->reason.message.find("no room"), std::string::npos);
        EXPECT_TRUE(fs::exists(kept->keptAside));
    }
    const auto store = open();
    EXPECT_EQ(store->stages(id)->size(), 40U);
    EXPECT_EQ(store->run(id)->status, RunStatus::Done);
}

// A real full disk, where we may mount one: the space reserved at the start is all that is left.
TEST_F(Store, SurvivesAFullDisk) {
    mounted = mount("none", folder.c_str(), "tmpfs", 0, "size=4m") == 0;
    if (!mounted)
        GTEST_SKIP() << "needs the right to mount";
    RunId id = 0;
    const RunRecord record = someRecord(40);
    {
        const auto store = open();
        auto recorder = RunRecorder::start(*store, someRun());
        ASSERT_TRUE(recorder);
        id = (*recorder)->id();
        std::ofstream(folder / "ballast") << std::string(8U << 20U, 'b');
        EXPECT_FALSE(store->beginRun(someRun()));
        const auto kept = (*recorder)->finish(record);
        EXPECT_TRUE(kept) << describe(kept.error());
        EXPECT_FALSE(kept->keptAside.empty());
        EXPECT_TRUE(RunStore::open(path)); // still readable
    }
    fs::remove(folder / "ballast");
    EXPECT_EQ(open()->stages(id)->size(), 40U);
}

// --- recorder

TEST_F(Store, RecordsWhileRunning) {
    const auto store = open();
    auto recorder = RunRecorder::start(*store, someRun());
    ASSERT_TRUE(recorder);
    const RunId id = (*recorder)->id();
    const std::uint64_t before = store->run(id)->heartbeatNs;
    std::thread other([&] {
        for (std::uint64_t i = 1; i <= 10; ++i)
            (*recorder)->addSamples({{.stage = 0, .tNs = i, .rowsIn = i}});
    });
    other.join();
    for (int i = 0; i < 50 && store->samples(id)->empty(); ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
    EXPECT_EQ(store->samples(id)->size(), 10U);
    EXPECT_GT(store->run(id)->heartbeatNs, before);
    EXPECT_GE((*recorder)->cpuSeconds(), 0);
    RunRecord record = someRecord(2);
    const auto done = (*recorder)->finish(record);
    ASSERT_TRUE(done);
    EXPECT_EQ(done->keptAside, "");
    EXPECT_EQ(store->samples(id)->size(), 12U);
    EXPECT_EQ(store->run(id)->status, RunStatus::Done);
    EXPECT_EQ(filesWith("reserve").size(), 0U);
}

// What an interrupted run of someRecord(2) must still say after one sample and one progress.
void expectInterrupted(const RunStore& store, RunId id) {
    const auto record = store.record(id);
    ASSERT_TRUE(record);
    EXPECT_EQ(record->run.status, RunStatus::Interrupted);
    EXPECT_EQ(record->run.rowsIn, 20U);
    EXPECT_EQ(record->run.failedRows, 2U);
    ASSERT_EQ(record->stages.size(), 2U);
    EXPECT_EQ(record->stages[0].stageId, "stage0");
    EXPECT_EQ(record->stages[0].rowsIn, 17U);
    EXPECT_EQ(record->stages[0].busySeconds, 0.5);
    EXPECT_EQ(record->stages[1].rowsIn, 10U); // no sample of it
    EXPECT_EQ(record->rewrites.size(), 2U);
    EXPECT_EQ(record->run.threads, 3U);
    EXPECT_EQ(record->run.peakMemoryBytes, 123'456U);
    EXPECT_EQ(record->run.bytesMaterialized, 99U);
    EXPECT_EQ(record->stages[0].stateBytes, 2U); // the greatest, not that of the last sample
    EXPECT_EQ(record->stages[1].bytesMaterialized, 98U);
    EXPECT_EQ(record->stages[1].service, histogram(77));
    ASSERT_EQ(record->latency.size(), 1U);
    EXPECT_EQ(record->latency[0].histogram, histogram(78));
}

RunRecord whatIsKnownAtFirst() {
    RunRecord record = someRecord(2);
    record.run.owner = {};
    record.run.startedNs = 0;
    record.samples.clear();
    return record;
}

RunRecord whatIsKnownLater() {
    RunRecord record = whatIsKnownAtFirst();
    record.run.threads = 3;
    record.run.peakMemoryBytes = 123'456;
    record.run.bytesMaterialized = 99;
    record.stages[1].bytesMaterialized = 98;
    record.stages[1].service = histogram(77);
    record.latency = {{0, "out", histogram(78)}};
    record.rewrites.clear(); // those from the beginning stay
    return record;
}

TEST_F(Store, AnAbandonedRecorderLeavesAnInterruptedRun) {
    const auto store = open();
    RunId id = 0;
    {
        auto recorder = RunRecorder::startRecord(*store, whatIsKnownAtFirst());
        ASSERT_TRUE(recorder);
        id = (*recorder)->id();
        (*recorder)->addSamples(
            {{.tNs = 1, .rowsIn = 5}, {.tNs = 2, .rowsIn = 17, .busyNs = 500'000'000}});
        (*recorder)->setProgress({.seconds = 1, .rowsIn = 20, .failedRows = 2});
        (*recorder)->setFigures(whatIsKnownLater());
    }
    expectInterrupted(*store, id);
    EXPECT_EQ(store->samples(id)->size(), 2U);
}

TEST_F(Store, AKilledRecorderLosesAtMostTheLastSecond) {
    ASSERT_NE(open(), nullptr);
    const pid_t child = inChild(
        [&] {
            static std::unique_ptr<RunStore> store;
            store = std::move(*RunStore::open(path));
            static std::unique_ptr<RunRecorder> recorder;
            recorder = std::move(*RunRecorder::startRecord(*store, whatIsKnownAtFirst()));
            recorder->setProgress({.seconds = 1, .rowsIn = 20, .failedRows = 2});
            recorder->setFigures(whatIsKnownLater());
            recorder->addSamples(
                {{.tNs = 1, .rowsIn = 5}, {.tNs = 2, .rowsIn = 17, .busyNs = 500'000'000}});
            std::this_thread::sleep_for(std::chrono::milliseconds(1500));
            recorder->addSamples({{.tNs = 3}});
        },
        true);
    killChild(child);
    const auto store = open();
    expectInterrupted(*store, 1);
    EXPECT_GE(store->run(1)->seconds, 0.9);
    EXPECT_EQ(store->samples(1)->size(), 2U);
    EXPECT_EQ(filesWith("reserve").size(), 0U);
}

TEST_F(Store, IsFast) {
    const auto store = open();
    const RunRecord record = someRecord(12);
    std::uint64_t best = ~0ULL;
    for (int i = 0; i < 5; ++i) {
        const std::uint64_t start = monotonicNs();
        RunRecord finished = record;
        finished.run.id = *store->beginRun(record.run);
        ASSERT_TRUE(store->finishRun(finished));
        best = std::min(best, monotonicNs() - start);
    }
    RecordProperty("begin_and_finish_us", static_cast<int>(best / 1000));
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
    EXPECT_LT(best, 10'000'000U);
#endif
}

// --- exports and difference

TEST_F(Store, ExportsReadBack) {
    RunRecord record = someRecord(3);
    record.run.note = "bad \xFF byte";
    record.samples.push_back({.stage = 0, .tNs = 200'000'000, .rowsIn = 15, .busyNs = 95'000'000});
    SQLite::Database json(":memory:", kReadWrite);
    const auto ask = [&](const std::string& text, const std::string& path_) {
        SQLite::Statement statement(json, "SELECT json_extract(?1, ?2)");
        statement.bind(1, text);
        statement.bind(2, path_);
        statement.executeStep();
        return statement.getColumn(0).getString();
    };
    const std::string whole = exportRun(record, RunFormat::Json);
    EXPECT_EQ(ask(whole, "$.pipeline_name"), record.run.pipelineName);
    EXPECT_EQ(ask(whole, "$.stages[2].nodes[1]"), record.stages[2].nodes[1]);
    EXPECT_EQ(ask(whole, "$.stages[0].service_ns.p99"),
              std::to_string(record.stages[0].service.percentile(99)));
    EXPECT_EQ(ask(whole, "$.note"), "bad \xEF\xBF\xBD byte");
    EXPECT_EQ(ask(whole, "$.edges[1].to_stage"), "");
    EXPECT_EQ(ask(whole, "$.rewrites[0].before"), R"(["in","a"])");
    const std::string trace = exportRun(record, RunFormat::Perfetto);
    EXPECT_EQ(ask(trace, "$.traceEvents[1].args.name"), "normalize");
    EXPECT_EQ(ask(trace, "$.traceEvents[4].ph"), "X");
    EXPECT_EQ(ask(trace, "$.traceEvents[4].dur"), "90000");
    const std::string csv = exportRun(record, RunFormat::Csv);
    EXPECT_NE(csv.find("\"influx \"\"example\"\"\""), std::string::npos);
    EXPECT_EQ(std::ranges::count(csv.substr(0, csv.find('\n')), ','), 34);
    EXPECT_EQ(*runFormatFromText("perfetto"), RunFormat::Perfetto);
    EXPECT_EQ(runFormatFromText("xml").error().code, ErrorCode::UnknownName);
    EXPECT_FALSE(exportRun({}, RunFormat::Json).empty());
    EXPECT_FALSE(exportRun({}, RunFormat::Perfetto).empty());
}

TEST_F(Store, DiffsRuns) {
    const RunRecord a = someRecord(3);
    RunRecord b = someRecord(3);
    b.run.planHash = "h2";
    b.run.seconds = 2.5;
    b.run.outputHash.reset();
    b.run.bytesMaterialized = 0;
    b.stages[1].stageId = "renamed";
    b.stages[2].stageId = "new";
    b.stages[2].nodes = {"other"};
    const RunDiff diff = diffRuns(a, b);
    EXPECT_TRUE(diff.samePipeline);
    EXPECT_FALSE(diff.samePlan);
    EXPECT_TRUE(diff.sameInput);
    EXPECT_FALSE(diff.sameOutput);
    EXPECT_EQ(diff.secondsRatio, 2);
    EXPECT_EQ(diff.bytesMaterializedRatio, 0);
    EXPECT_FALSE(diffRuns(b, a).bytesMaterializedRatio);
    ASSERT_EQ(diff.stages.size(), 4U);
    EXPECT_EQ(diff.stages[0].b->stageId, "stage0");
    EXPECT_EQ(diff.stages[1].b->stageId, "renamed");
    EXPECT_FALSE(diff.stages[2].b);
    EXPECT_FALSE(diff.stages[3].a);
}

} // namespace
} // namespace fuseboard
