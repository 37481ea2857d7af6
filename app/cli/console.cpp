// SPDX-License-Identifier: Apache-2.0
#include "app/cli/console.h"

#include "app/cli/command_line.h"
#include "engine/connectors/byte_sink.h"
#include "engine/formats/json_text.h"

#include <csignal>
#include <cstdio>
#include <fmt/format.h>
#include <string>
#include <unistd.h>

namespace fuseboard {

namespace {

std::atomic<bool> g_cancelled{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler writes it");

void onSignal(int) {
    if (g_cancelled.exchange(true))
        ::_exit(kExitCancelled);
}

} // namespace

void say(std::string_view line) {
    std::string text(line);
    text += '\n';
    std::fwrite(text.data(), 1, text.size(), stderr);
}

void complain(const Error& error) {
    say(describe(error));
}

void complain(std::span<const Error> errors) {
    for (const Error& error : errors)
        complain(error);
}

void warn(const Error& error) {
    say(describe(error, "warning"));
}

void tell(const Notice& notice) {
    Error error;
    error.message = notice.message;
    error.place = notice.place;
    say(describe(error, "note"));
}

int failed(const Error& error) {
    if (error.code == ErrorCode::Cancelled || cancelled()) {
        say("cancelled");
        return kExitCancelled;
    }
    complain(error);
    return kExitFailed;
}

int wrongUsage(std::string_view message, std::string_view hint) {
    say(fmt::format("error: {}", message));
    if (!hint.empty())
        say(fmt::format("  hint: {}", hint));
    return kExitUsage;
}

void catchSignals() {
    struct sigaction action{};
    action.sa_handler = onSignal;
    sigemptyset(&action.sa_mask);
    ::sigaction(SIGINT, &action, nullptr);
    ::sigaction(SIGTERM, &action, nullptr);
    // Started by nohup it outlives its terminal.
    struct sigaction before{};
    if (::sigaction(SIGHUP, nullptr, &before) == 0 && before.sa_handler != SIG_IGN)
        ::sigaction(SIGHUP, &action, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
}

const std::atomic<bool>& cancelled() {
    return g_cancelled;
}

int deliver(const std::string& location, std::string_view text) {
    Result<std::unique_ptr<ByteSink>> sink = openSink(location);
    if (!sink)
        return failed(sink.error());
    Status written = (*sink)->write(text);
    if (written)
        written = (*sink)->finish();
    return written ? kExitDone : failed(written.error());
}

bool isTerminal(int descriptor) {
    return ::isatty(descriptor) == 1;
}

std::string jsonText(std::string_view text) {
    std::string out;
    printJsonString(text, out);
    return out;
}

ProgressBar::ProgressBar() : m_terminal(isTerminal(STDERR_FILENO)) {}

ProgressBar::~ProgressBar() {
    clear();
}

void ProgressBar::show(const SessionProgress& progress) {
    if (!m_terminal)
        return;
    constexpr std::size_t kWidth = 30;
    std::string line;
    if (progress.done) {
        const auto full = static_cast<std::size_t>(*progress.done * kWidth);
        line = fmt::format("[{}{}] {:3.0f} %", std::string(full, '='),
                           std::string(kWidth - full, ' '), *progress.done * 100);
    } else {
        line = fmt::format("{} rows", progress.figures.progress.rowsIn);
    }
    if (progress.count > 1)
        line += fmt::format("  run {} of {}, {}{}", progress.index + 1, progress.count,
                            toString(progress.run.plan), progress.run.warmup ? ", warm-up" : "");
    const double seconds = progress.figures.progress.seconds;
    if (seconds > 0)
        line += fmt::format("  {:.0f} rows/s",
                            static_cast<double>(progress.figures.progress.rowsIn) / seconds);
    std::fputs(fmt::format("\r{}\x1b[K", line).c_str(), stderr);
    std::fflush(stderr);
    m_shown = true;
}

void ProgressBar::clear() {
    if (!m_shown)
        return;
    std::fputs("\r\x1b[K", stderr);
    std::fflush(stderr);
    m_shown = false;
}

} // namespace fuseboard
