// SPDX-License-Identifier: Apache-2.0
// What the command line says and hears: messages on standard error, results on standard output or
// in files, the progress bar, and Ctrl-C.
#pragma once

#include "app/session/session.h"

#include <atomic>
#include <span>
#include <string>
#include <string_view>

namespace fuseboard {

/// `FILE:LINE:COL: error: …` with source line, caret and hint, on standard error.
void complain(const Error& error);
void complain(std::span<const Error> errors);
/// As complain(), as a warning or a note: nothing failed.
void warn(const Error& error);
void tell(const Notice& notice);
/// One line on standard error.
void say(std::string_view line);
/// complain()s and gives the exit status that the error stands for.
[[nodiscard]] int failed(const Error& error);
/// A mistake on the command line.
[[nodiscard]] int wrongUsage(std::string_view message, std::string_view hint = {});

/// From now on Ctrl-C (and SIGTERM, SIGHUP) sets cancelled(); a second one ends the process at
/// once. A reader that goes away is an error of writing, not the end of the process.
void catchSignals();
[[nodiscard]] const std::atomic<bool>& cancelled();

/// Writes a file, or standard output for "-", whole or not at all. The exit status.
[[nodiscard]] int deliver(const std::string& location, std::string_view text);
[[nodiscard]] bool isTerminal(int descriptor);

/// A JSON string with its quotes.
[[nodiscard]] std::string jsonText(std::string_view text);

/// One line on standard error that is written over; nothing where that is no terminal.
class ProgressBar {
public:
    ProgressBar();
    ~ProgressBar();
    ProgressBar(const ProgressBar&) = delete;
    ProgressBar& operator=(const ProgressBar&) = delete;
    void show(const SessionProgress& progress); ///< any thread, one at a time
    void clear();

private:
    bool m_terminal;
    bool m_shown = false;
};

} // namespace fuseboard
