#pragma once

#include <functional>

namespace peers {

// Exits when standard input ends. If it is a pipe from the parent process, it closes however the parent dies.
void endWithInput();

// Runs `rank` in `world` child processes, none of which outlives this process. If one fails, kills the others.
// Returns 0, or the exit code of the first that failed.
int runRanks(int world, bool endsWithInput, const std::function<int(int)>& rank);

}  // namespace peers
