#pragma once

#include <cstddef>
#include <vector>

namespace peers {

enum class Call { AllReduce, AllGather, Broadcast, ReduceScatter, AllToAll };

// A call that is measured, with all that the rest of the program has to know of it. The output is another buffer than the input, except for Broadcast: the root
// sends its input from where it is, and the others receive into their output.
struct Collective {
  Call call;
  const char* name;        // in options, and in the lines that are written
  const char* bytesAre;    // what its size is the size of
  bool dividesAmongRanks;  // a size is a whole number of floats for each rank
  // Elements of this rank's output that are not what the inputs of all ranks make them, where a size has so many elements.
  std::size_t (*wrong)(const float* output, std::size_t elements, int rank, int world);
};

// The rank that Broadcast sends from.
constexpr int kRoot = 0;

const std::vector<Collective>& collectives();

}  // namespace peers
