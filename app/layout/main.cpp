// SPDX-License-Identifier: Apache-2.0
// fuseboard-layout: answers requests of app/layout_client on its standard streams, one at a time.
// It may crash or hang on what Graphviz cannot take; whoever asks replaces it.
#include "app/layout/graphviz_job.h"
#include "app/layout/layered_layout.h"
#include "app/layout_client/frame_io.h"
#include "app/layout_client/layout_json.h"
#include "engine/formats/json_text.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>
#include <vector>

namespace {

using namespace fuseboard;

// Nobody waits this long: if the one who asked is gone, the worker does not work on for ever.
constexpr unsigned kMaxSecondsPerRequest = 300;

void limitProcess() {
    const rlimit noCore{0, 0};
    ::setrlimit(RLIMIT_CORE, &noCore);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) // they reserve terabytes
    const rlimit memory{4UL << 30U, 4UL << 30U};
    ::setrlimit(RLIMIT_AS, &memory);
#endif
    // With this set Graphviz reads no files that attributes such as `image` name.
    ::setenv("SERVER_NAME", "fuseboard", 1);
    ::unsetenv("GV_FILE_PATH");
    ::unsetenv("GVFILEPATH");
}

Result<std::string> handle(const LayoutMessage& request) {
    Arena arena;
    FB_TRY_ASSIGN(const Value header, parseJson(request.header, arena));
    const auto text = [&](std::string_view key) {
        const Value* found = header.isRecord() ? header.find(key) : nullptr;
        return found != nullptr && found->isString() ? std::string(found->asString())
                                                     : std::string();
    };
    const std::string op = text("op");
    if (op == "parse-dot")
        return dotToJson(request.body);
    if (op == "render")
        return renderDot(request.body, text("format"));
    if (op == "layout") {
        FB_TRY_ASSIGN(const LayoutRequest layout, parseLayoutRequest(request.body));
        FB_TRY_ASSIGN(const LayoutResult result, layeredLayout(layout));
        return printLayoutResult(result);
    }
    return fail(ErrorCode::UnknownName, "the layout worker knows no request \"" + op + "\"");
}

std::string answerTo(const LayoutMessage& request, bool& failed) {
    auto result = handle(request);
    failed = !result;
    if (result)
        return encodeLayoutMessage(R"({"ok":true})", *result);
    const Error& error = result.error();
    std::string header = R"({"ok":false,"code":)";
    printJsonString(toString(error.code), header);
    header += ",\"message\":";
    printJsonString(error.message, header);
    header += ",\"hint\":";
    printJsonString(error.hint, header);
    header += ",\"line\":" + std::to_string(error.place.line) + "}";
    return encodeLayoutMessage(header, {});
}

bool writeAll(int channel, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(channel, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

int serve(int channel) {
    LayoutMessageReader reader(kMaxLayoutFrame);
    std::vector<char> buffer(256 * 1024);
    while (true) {
        const ssize_t got = ::read(STDIN_FILENO, buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return EXIT_SUCCESS;
        if (!reader.add({buffer.data(), static_cast<std::size_t>(got)}))
            return EXIT_FAILURE;
        const auto request = reader.take();
        if (!request)
            continue;
        ::alarm(kMaxSecondsPerRequest);
        bool failed = false;
        const bool sent = writeAll(channel, answerTo(*request, failed));
        // After a syntax error Graphviz's reader keeps stale state: the next request gets a new
        // worker.
        if (!sent || failed)
            return sent ? EXIT_SUCCESS : EXIT_FAILURE;
        ::alarm(0);
    }
}

} // namespace

int main(int argc, char**) {
    if (argc > 1) {
        std::fputs(
            "fuseboard-layout lays graphs out for fuseboard and fuseboard-cli, which start it "
            "themselves; it takes no arguments\n",
            stderr);
        return 2;
    }
    limitProcess();
    // Answers get a channel of their own: Graphviz and its plug-ins print where they like.
    const int channel = ::dup(STDOUT_FILENO);
    const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (channel < 0 || nowhere < 0)
        return EXIT_FAILURE;
    ::dup2(nowhere, STDOUT_FILENO);
    ::dup2(nowhere, STDERR_FILENO);
    return serve(channel);
}
