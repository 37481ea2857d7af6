// SPDX-License-Identifier: Apache-2.0
#include "app/layout_client/worker_layout_service.h"

#include "app/layout_client/frame_io.h"
#include "app/layout_client/layout_json.h"
#include "engine/formats/json_text.h"

#include <fmt/format.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <mutex>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

extern char** environ; // NOLINT(readability-redundant-declaration)

namespace fuseboard {

namespace {

using SteadyClock = std::chrono::steady_clock;

std::string folderOfThisProgram() {
    std::string path(4096, '\0');
    const ssize_t size = ::readlink("/proc/self/exe", path.data(), path.size());
    if (size <= 0)
        return ".";
    path.resize(static_cast<std::size_t>(size));
    return path.substr(0, path.rfind('/'));
}

Result<std::string> findWorker(const WorkerOptions& options) {
    if (!options.program.empty())
        return options.program;
    if (const char* given = std::getenv("FUSEBOARD_LAYOUT_WORKER"); given != nullptr && *given != 0)
        return std::string(given);
    const std::string here = folderOfThisProgram();
    for (const char* place : {"", "/../bin", "/../libexec/fuseboard", "/../lib/fuseboard"})
        if (std::string path = here + place + "/fuseboard-layout";
            ::access(path.c_str(), X_OK) == 0)
            return path;
    return fail(ErrorCode::NotFound, "the layout worker fuseboard-layout is missing",
                fmt::format("it belongs beside the program, in {}", here));
}

ErrorCode codeOf(std::string_view name) {
    for (int i = 0; i <= static_cast<int>(ErrorCode::Disagreement); ++i)
        if (toString(static_cast<ErrorCode>(i)) == name)
            return static_cast<ErrorCode>(i);
    return ErrorCode::Unsupported;
}

std::string textOf(const Value& record, std::string_view key) {
    const Value* found = record.find(key);
    return found != nullptr && found->isString() ? std::string(found->asString()) : std::string();
}

Result<std::string> resultOf(LayoutMessage answer) {
    Arena arena;
    FB_TRY_ASSIGN(const Value header, parseJson(answer.header, arena));
    const Value* ok = header.isRecord() ? header.find("ok") : nullptr;
    if (ok == nullptr || !ok->isBool())
        return fail(ErrorCode::Unsupported, "the layout worker gave an answer nobody understands");
    if (ok->asBool())
        return std::move(answer.body);
    Error error(codeOf(textOf(header, "code")), textOf(header, "message"), textOf(header, "hint"));
    if (const Value* line = header.find("line"); line != nullptr && line->isInteger())
        error.place.line = static_cast<std::uint32_t>(line->asU64());
    return fail(std::move(error));
}

} // namespace

struct WorkerLayoutService::State {
    explicit State(WorkerOptions given) : options(std::move(given)) {}
    ~State() { stop(); }

    WorkerOptions options;
    std::atomic<std::uint64_t> newest{0}; ///< number of the newest request; older ones give up
    std::mutex talking;                   ///< held while a request is under way
    pid_t worker = -1;
    int channel = -1;

    Status start();
    void stop();
    Result<std::string> call(std::string_view header, std::string_view body, bool readsDot);
    Result<std::string> exchange(std::uint64_t number, const std::string& request);
    Status waitFor(short events, std::uint64_t number, SteadyClock::time_point deadline);
    Result<std::string> receive(std::uint64_t number, SteadyClock::time_point deadline);
};

Status WorkerLayoutService::State::start() {
    if (worker > 0)
        return {};
    FB_TRY_ASSIGN(const std::string program, findWorker(options));
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return fail(ErrorCode::LimitExceeded,
                    fmt::format("no channel to the layout worker: {}", std::strerror(errno)));
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    // A group of its own: Ctrl-C in a terminal is for the program, which then stops its worker.
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
    std::string name = program;
    char* arguments[] = {name.data(), nullptr};
    const int failed =
        ::posix_spawn(&worker, program.c_str(), &actions, &attributes, arguments, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    if (failed != 0) {
        worker = -1;
        ::close(ends[0]);
        return fail(ErrorCode::NotFound, fmt::format("the layout worker {} does not start: {}",
                                                     program, std::strerror(failed)));
    }
    channel = ends[0];
    ::fcntl(channel, F_SETFL, ::fcntl(channel, F_GETFL) | O_NONBLOCK);
    return {};
}

void WorkerLayoutService::State::stop() {
    if (worker <= 0)
        return;
    ::close(channel);
    ::kill(worker, SIGKILL);
    while (::waitpid(worker, nullptr, 0) < 0 && errno == EINTR) {
    }
    worker = -1;
    channel = -1;
}

Status WorkerLayoutService::State::waitFor(short events, std::uint64_t number,
                                           SteadyClock::time_point deadline) {
    constexpr int kLookUpMs = 10; // how soon a newer request is noticed
    while (true) {
        if (newest.load() != number)
            return fail(ErrorCode::Cancelled, "the layout was replaced by a newer request");
        if (SteadyClock::now() >= deadline)
            return fail(ErrorCode::LimitExceeded,
                        fmt::format("the layout took longer than {} ms", options.timeout.count()),
                        "lay out a smaller part of the graph");
        pollfd entry{channel, events, 0};
        const int ready = ::poll(&entry, 1, kLookUpMs);
        if (ready > 0)
            return {};
        if (ready < 0 && errno != EINTR)
            return fail(ErrorCode::NotReadable,
                        fmt::format("waiting for the layout worker: {}", std::strerror(errno)));
    }
}

Result<std::string> WorkerLayoutService::State::receive(std::uint64_t number,
                                                        SteadyClock::time_point deadline) {
    LayoutMessageReader reader(options.maxAnswerBytes);
    std::vector<char> buffer(256 * 1024);
    while (true) {
        FB_TRY(waitFor(POLLIN, number, deadline));
        const ssize_t got = ::recv(channel, buffer.data(), buffer.size(), 0);
        if (got < 0 && (errno == EAGAIN || errno == EINTR))
            continue;
        if (got <= 0)
            return fail(ErrorCode::Unsupported, "the layout worker ended without an answer",
                        "Graphviz could not cope with this graph");
        if (!reader.add({buffer.data(), static_cast<std::size_t>(got)}))
            return fail(ErrorCode::LimitExceeded, "the answer of the layout worker is too long");
        if (auto answer = reader.take())
            return resultOf(std::move(*answer));
    }
}

Result<std::string> WorkerLayoutService::State::exchange(std::uint64_t number,
                                                         const std::string& request) {
    const auto deadline = SteadyClock::now() + options.timeout;
    std::size_t sent = 0;
    while (sent < request.size()) {
        FB_TRY(waitFor(POLLOUT, number, deadline));
        const ssize_t written =
            ::send(channel, request.data() + sent, request.size() - sent, MSG_NOSIGNAL);
        if (written < 0 && (errno == EAGAIN || errno == EINTR))
            continue;
        if (written < 0)
            return fail(ErrorCode::Unsupported, "the layout worker ended while it was asked");
        sent += static_cast<std::size_t>(written);
    }
    return receive(number, deadline);
}

Result<std::string> WorkerLayoutService::State::call(std::string_view header, std::string_view body,
                                                     bool readsDot) {
    if (body.size() > kMaxLayoutFrame)
        return fail(ErrorCode::LimitExceeded, "the graph is too large for the layout worker");
    const std::uint64_t number = ++newest;
    const std::lock_guard<std::mutex> lock(talking);
    if (newest.load() != number)
        return fail(ErrorCode::Cancelled, "the layout was replaced by a newer request");
    FB_TRY(start());
    auto result = exchange(number, encodeLayoutMessage(header, body));
    // Graphviz's reader keeps what followed one text for the next one; and after a failure the
    // worker may be busy, gone, or in a state that nobody trusts.
    if (!result || readsDot)
        stop();
    return result;
}

WorkerLayoutService::WorkerLayoutService(WorkerOptions options)
    : m_state(std::make_unique<State>(std::move(options))) {}

WorkerLayoutService::~WorkerLayoutService() {
    cancel();
    // Whoever still talks gives up within one look-up; the state dies after that.
    const std::lock_guard<std::mutex> lock(m_state->talking);
    m_state->stop();
}

Result<std::string> WorkerLayoutService::parseDot(std::string_view text) {
    return m_state->call(R"({"op":"parse-dot"})", text, true);
}

Result<LayoutResult> WorkerLayoutService::layout(const LayoutRequest& request) {
    FB_TRY_ASSIGN(const std::string json,
                  m_state->call(R"({"op":"layout"})", printLayoutRequest(request), false));
    FB_TRY_ASSIGN(LayoutResult result, parseLayoutResult(json));
    if (result.topLeft.size() != request.boxes.size())
        return fail(ErrorCode::Unsupported, "the layout worker placed another number of boxes");
    return result;
}

Result<std::string> WorkerLayoutService::render(std::string_view dotText, std::string_view format) {
    if (format != "svg" && format != "png")
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("pictures of the kind \"{}\" are not made here", format),
                    "use svg or png");
    return m_state->call(fmt::format(R"({{"op":"render","format":"{}"}})", format), dotText, true);
}

void WorkerLayoutService::cancel() {
    ++m_state->newest;
}

} // namespace fuseboard
