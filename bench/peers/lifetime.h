#pragma once

#include <functional>

namespace peers {

// Ends this process when standard input ends: a pipe from whoever started it closes however that process dies.
void endWithInput();

// Runs `rank` in `world` processes of its own, none of which outlives this one. Where one fails the others are ended.
// Returns 0, or the exit code of the first that failed.
int runRanks(int world, bool endsWithInput, const std::function<int(int)>& rank);

}  // namespace peers
