#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace peers {

// What to measure, from the command line; usage() in settings.cpp explains each.
struct Settings {
  int world = 0;
  std::vector<std::size_t> allReduceBytes;
  std::vector<std::size_t> allGatherBytes;
  std::vector<std::string> algorithms;
  int samples = 1;
  double warmupMilliseconds = 50;
  double batchMilliseconds = 40;
  std::string congestion;
  bool endWithInput = false;
};

// Ends the process with exit code 2, and says why on standard error, where the arguments make no sense. Only a program that starts its own ranks
// takes --world.
Settings parseSettings(int argc, char** argv, const std::vector<std::string>& knownAlgorithms, bool startsItsRanks);

// An AllGather of `bytes` in all needs a whole number of floats from each rank. All ranks end where it is not so; rank 0 says why.
void checkSizes(const Settings& settings, int rank, int world);

}  // namespace peers
