// SPDX-License-Identifier: Apache-2.0
// The list of subcommands. A command adds its options, and what to do when it is chosen.
#pragma once

#include <functional>
#include <utility>
#include <vector>

namespace CLI {
class App;
}

namespace fuseboard {

/// Exit statuses of every command.
inline constexpr int kExitDone = 0;
inline constexpr int kExitFailed = 1; ///< the pipeline, a file or too much of the data is at fault
inline constexpr int kExitUsage = 2;  ///< the command line is at fault
inline constexpr int kExitCancelled = 130; ///< as shells report SIGINT

class CommandLine {
public:
    explicit CommandLine(CLI::App& app) : m_app(app) {}
    [[nodiscard]] CLI::App& app() const { return m_app; }
    /// `perform` runs when `command` was given, and gives the exit status. Commands below a command
    /// are added after it.
    void add(const CLI::App* command, std::function<int()> perform) {
        m_commands.emplace_back(command, std::move(perform));
    }
    [[nodiscard]] const std::vector<std::pair<const CLI::App*, std::function<int()>>>&
    commands() const {
        return m_commands;
    }

private:
    CLI::App& m_app;
    std::vector<std::pair<const CLI::App*, std::function<int()>>> m_commands;
};

void addImportCommand(CommandLine& line);
void addShowCommand(CommandLine& line);
void addOptimizeCommand(CommandLine& line);
void addRunCommand(CommandLine& line);
void addScriptCommand(CommandLine& line);
void addExportCommand(CommandLine& line);
void addGenerateCommand(CommandLine& line);
void addRunsCommand(CommandLine& line);
void addBenchCommand(CommandLine& line);

} // namespace fuseboard
