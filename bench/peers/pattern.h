#pragma once

#include <cstddef>
#include <vector>

namespace peers {

// Input that depends on position and rank, in whole numbers so small that their sums are exact in every order: each result has one right value,
// however a peer adds.
class Pattern {
 public:
  static void fill(float* input, std::size_t elements, int rank) {
    const auto period = onePeriod(rank);
    for (std::size_t i = 0; i < elements; i++) input[i] = period[i % kPeriod];
  }

  static std::size_t wrongInAllReduce(const float* output, std::size_t elements, int world) {
    std::vector<float> sum(kPeriod, 0.0f);
    for (int rank = 0; rank < world; rank++) {
      const auto period = onePeriod(rank);
      for (std::size_t i = 0; i < kPeriod; i++) sum[i] += period[i];
    }
    return differences(output, elements, sum);
  }

  static std::size_t wrongInAllGather(const float* output, std::size_t elements, int world) {
    const std::size_t shard = elements / world;
    std::size_t wrong = 0;
    for (int rank = 0; rank < world; rank++) wrong += differences(output + rank * shard, shard, onePeriod(rank));
    return wrong;
  }

 private:
  // A prime, so that shards and segments, which are powers of two, all begin at different values.
  static constexpr std::size_t kPeriod = 1021;

  static std::vector<float> onePeriod(int rank) {
    std::vector<float> values(kPeriod);
    for (std::size_t i = 0; i < kPeriod; i++) values[i] = static_cast<float>((i + 17u * rank) % kPeriod + rank);
    return values;
  }

  static std::size_t differences(const float* output, std::size_t elements, const std::vector<float>& period) {
    std::size_t wrong = 0;
    for (std::size_t start = 0; start < elements; start += kPeriod) {
      const std::size_t length = elements - start < kPeriod ? elements - start : kPeriod;
      for (std::size_t i = 0; i < length; i++) wrong += !(output[start + i] == period[i]);
    }
    return wrong;
  }
};

}  // namespace peers
