// SPDX-License-Identifier: Apache-2.0
// The layout worker and its client: heights, order, replacement, time-outs, a worker that is gone.
#include "app/layout_client/layout_json.h"
#include "app/layout_client/worker_layout_service.h"

#include <chrono>
#include <gtest/gtest.h>
#include <thread>

namespace fuseboard {
namespace {

WorkerOptions worker() {
    return {.program = FB_BUILD_DIR "/bin/fuseboard-layout"};
}

LayoutRequest chain(std::size_t boxes) {
    LayoutRequest request;
    for (std::uint32_t i = 0; i < boxes; ++i) {
        request.boxes.push_back({200, 60, 0, ""});
        if (i > 0)
            request.arrows.push_back({i - 1, i});
    }
    return request;
}

/// Dense enough to keep Graphviz busy for long.
LayoutRequest slowRequest() {
    LayoutRequest request;
    for (std::uint32_t i = 0; i < 1900; ++i) {
        request.boxes.push_back({200, 60, 0, ""});
        for (std::uint32_t k = 1; k < 60 && k < i; ++k)
            request.arrows.push_back({(i * 7919U * k) % i, i});
    }
    return request;
}

TEST(Layout, RowsFlowDownwards) {
    WorkerLayoutService service(worker());
    const auto result = service.layout(chain(4));
    ASSERT_TRUE(result) << result.error().message;
    for (std::size_t i = 1; i < 4; ++i)
        EXPECT_GE(result->topLeft[i].y, result->topLeft[i - 1].y + 60 + 50);
    EXPECT_EQ(result->topLeft[0].y, 0);
}

TEST(Layout, LeftToRightTurnsIt) {
    WorkerLayoutService service(worker());
    LayoutRequest request = chain(3);
    request.leftToRight = true;
    const auto result = service.layout(request);
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_GE(result->topLeft[1].x, 250);
    EXPECT_EQ(result->topLeft[1].y, result->topLeft[0].y);
}

TEST(Layout, CounterpartsStandAtTheSameHeight) {
    WorkerLayoutService service(worker());
    LayoutRequest request = chain(5);
    for (std::size_t i = 0; i < 5; ++i)
        request.boxes[i].rank = std::string(1, static_cast<char>('a' + i));
    // The optimised graph lacks two of them.
    for (const char* rank : {"a", "c", "e"})
        request.boxes.push_back({200, 60, 1, rank});
    request.arrows.push_back({5, 6});
    request.arrows.push_back({6, 7});
    const auto result = service.layout(request);
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(result->topLeft[5].y, result->topLeft[0].y);
    EXPECT_EQ(result->topLeft[6].y, result->topLeft[2].y);
    EXPECT_EQ(result->topLeft[7].y, result->topLeft[4].y);
}

TEST(Layout, ContradictingHeightsGiveWay) {
    WorkerLayoutService service(worker());
    LayoutRequest request = chain(2);
    request.boxes[0].rank = "a";
    request.boxes[1].rank = "b";
    request.boxes.push_back({200, 60, 1, "b"});
    request.boxes.push_back({200, 60, 1, "a"});
    request.arrows.push_back({2, 3}); // the other way round
    const auto result = service.layout(request);
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_GT(result->topLeft[3].y, result->topLeft[2].y);
}

TEST(Layout, BoxesOfOnePartDoNotOverlap) {
    WorkerLayoutService service(worker());
    for (const std::size_t count : {200U, 5'000U}) {
        LayoutRequest request;
        for (std::uint32_t i = 0; i < count; ++i) {
            request.boxes.push_back({120, 50, 0, ""});
            if (i > 0)
                request.arrows.push_back({(i * 7919U) % i, i});
        }
        const auto result = service.layout(request);
        ASSERT_TRUE(result) << result.error().message;
        for (std::size_t a = 0; a < count; a += 7)
            for (std::size_t b = a + 1; b < count; ++b) {
                const LayoutPoint& p = result->topLeft[a];
                const LayoutPoint& q = result->topLeft[b];
                ASSERT_FALSE(std::abs(p.x - q.x) < 119 && std::abs(p.y - q.y) < 49)
                    << a << " " << b;
            }
    }
}

TEST(Layout, CyclesAndNothingAtAll) {
    WorkerLayoutService service(worker());
    LayoutRequest request = chain(3);
    request.arrows.push_back({2, 0});
    request.arrows.push_back({1, 1});
    EXPECT_TRUE(service.layout(request));
    EXPECT_TRUE(service.layout({}));
}

TEST(Layout, NewerRequestReplacesAnOlderOne) {
    WorkerLayoutService service(worker());
    Result<LayoutResult> older = fail(ErrorCode::Unsupported, "not yet");
    const LayoutRequest work = slowRequest(); // making it may take longer than the pause below
    std::thread slow([&] { older = service.layout(work); });
    std::this_thread::sleep_for(std::chrono::milliseconds(200)); // until the worker is at it
    const auto newer = service.layout(chain(2));
    slow.join();
    EXPECT_TRUE(newer) << newer.error().message;
    ASSERT_FALSE(older);
    EXPECT_EQ(older.error().code, ErrorCode::Cancelled);
}

TEST(Layout, TimeOutEndsAndTheNextRequestWorks) {
    WorkerOptions options = worker();
    options.timeout = std::chrono::milliseconds(200);
    WorkerLayoutService service(options);
    const auto late = service.layout(slowRequest());
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().code, ErrorCode::LimitExceeded);
    EXPECT_TRUE(service.layout(chain(2)));
}

TEST(Layout, MissingAndSillyWorkersAreTold) {
    WorkerLayoutService missing({.program = "/nowhere/fuseboard-layout"});
    const auto nothing = missing.layout(chain(2));
    ASSERT_FALSE(nothing);
    EXPECT_EQ(nothing.error().code, ErrorCode::NotFound);
    WorkerLayoutService silly({.program = "/bin/true"});
    EXPECT_FALSE(silly.layout(chain(2)));
}

TEST(Layout, PicturesReadNoFiles) {
    WorkerLayoutService service(worker());
    const auto picture = service.render("digraph { a [image=\"/etc/hostname\"] }", "svg");
    if (picture) {
        EXPECT_EQ(picture->find("/etc/hostname"), std::string::npos);
    }
    EXPECT_FALSE(service.render("digraph { a }", "pdf"));
}

TEST(LayoutJson, RoundTrip) {
    LayoutRequest request = chain(3);
    request.boxes[1].rank = "a \"b\"";
    request.boxes[2].part = 1;
    const auto again = parseLayoutRequest(printLayoutRequest(request));
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(printLayoutRequest(*again), printLayoutRequest(request));
    for (const char* bad :
         {"", "[]", "{}", R"({"boxes":[[1]],"arrows":[]})", R"({"boxes":[],"arrows":[[0,0]]})"})
        EXPECT_FALSE(parseLayoutRequest(bad)) << bad;
}

} // namespace
} // namespace fuseboard
