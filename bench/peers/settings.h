#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "collective.h"

namespace peers {

// The sizes at which a collective is measured, in bytes.
struct Sizes {
  const Collective* collective;
  std::vector<std::size_t> bytes;
};

// What a program knows by --algorithms.
struct Algorithms {
  std::vector<std::string> known;
  std::vector<std::string> defaults;
};

// What to measure, from the command line; usage() in settings.cpp explains each.
struct Settings {
  int world = 0;
  std::vector<Sizes> sizes;
  std::vector<std::string> algorithms;
  int samples = 1;
  double warmupMilliseconds = 50;
  double batchMilliseconds = 40;
  std::string congestion;
  bool endWithInput = false;
};

// Ends the process with exit code 2, and says why on standard error, where the arguments make no sense. Only a program that starts its own ranks
// takes --world.
Settings parseSettings(int argc, char** argv, const Algorithms& algorithms, bool startsItsRanks);

// A call that gives each rank its share needs a whole number of floats for each. All ranks end where it is not so; rank 0 says why.
void checkSizes(const Settings& settings, int rank, int world);

}  // namespace peers
