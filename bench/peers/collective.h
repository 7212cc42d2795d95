#pragma once

#include <cstddef>
#include <vector>

namespace peers {

enum class Call { AllReduce, AllGather, Broadcast, ReduceScatter, AllToAll };

// A collective to measure, with everything that the rest of the program has to know about it. The output buffer is separate from the input,
// except for Broadcast: the root sends from its input buffer, and the others receive into their output buffers.
struct Collective {
  Call call;
  const char* name;        // in options and in the output
  const char* bytesAre;    // the buffer that its size refers to
  bool dividesAmongRanks;  // each rank must get a whole number of floats
  // Counts the elements of this rank's output that differ from the expected result, for a size with the given number of elements.
  std::size_t (*wrong)(const float* output, std::size_t elements, int rank, int world);
};

// The rank that broadcasts.
constexpr int kRoot = 0;

const std::vector<Collective>& collectives();

}  // namespace peers
