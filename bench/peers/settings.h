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

// The values of --algorithms that a program accepts.
struct Algorithms {
  std::vector<std::string> known;
  std::vector<std::string> defaults;
};

// What to measure, from the command line; usage() in settings.cpp explains each option.
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

// Exits with code 2 and an error on standard error if the arguments are invalid. Only a program that starts its own ranks accepts --world.
Settings parseSettings(int argc, char** argv, const Algorithms& algorithms, bool startsItsRanks);

// Checks that each rank gets a whole number of floats, for collectives that divide the buffer. If not, all ranks exit and rank 0 prints an error.
void checkSizes(const Settings& settings, int rank, int world);

}  // namespace peers
