#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace peers {

// Input that depends on position and rank. Its values are whole numbers so small that sums are exact in any order, so each result has
// exactly one correct value, in whatever order a peer adds.
class Pattern {
 public:
  // The input of a rank.
  static Pattern of(int rank) {
    Pattern pattern;
    for (std::size_t i = 0; i < kPeriod; i++) pattern.period_[i] = static_cast<float>((i + 17u * rank) % kPeriod + rank);
    return pattern;
  }

  // The sum of all ranks' inputs.
  static Pattern ofSum(int world) {
    Pattern sum;
    for (int rank = 0; rank < world; rank++) {
      const Pattern one = of(rank);
      for (std::size_t i = 0; i < kPeriod; i++) sum.period_[i] += one.period_[i];
    }
    return sum;
  }

  void fill(float* input, std::size_t elements) const {
    for (std::size_t i = 0; i < elements; i++) input[i] = period_[i % kPeriod];
  }

  // Counts the elements that differ from this pattern, which begins at position `start`.
  std::size_t wrong(const float* output, std::size_t elements, std::size_t start) const {
    std::size_t wrong = 0;
    for (std::size_t done = 0; done < elements;) {
      const std::size_t offset = (start + done) % kPeriod;
      const std::size_t length = std::min(elements - done, kPeriod - offset);
      for (std::size_t i = 0; i < length; i++) wrong += !(output[done + i] == period_[offset + i]);
      done += length;
    }
    return wrong;
  }

 private:
  // A prime, so that shards and segments, which are powers of two, all begin with different values.
  static constexpr std::size_t kPeriod = 1021;

  Pattern() : period_(kPeriod, 0.0f) {}

  std::vector<float> period_;
};

}  // namespace peers
