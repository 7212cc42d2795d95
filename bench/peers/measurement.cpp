// Uses the bench's method: a batch of operations between barriers, the longest time over all ranks, divided by the number of operations.

#include "measurement.h"

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "congestion.h"
#include "page_buffer.h"
#include "pattern.h"

namespace peers {
namespace {

constexpr long kLeastIterations = 1;
constexpr long kMostIterations = 1000000;
// The first operation sets up connections and touches scratch memory for the first time, so its time does not predict the next.
constexpr long kWarmIterations = 2;

double batchMicroseconds(Peer& peer, Operation& operation, long iterations) {
  peer.barrier();
  const auto start = std::chrono::steady_clock::now();
  for (long i = 0; i < iterations; i++) operation.run();
  const auto end = std::chrono::steady_clock::now();
  return peer.maximum(std::chrono::duration<double, std::micro>(end - start).count());
}

// Runs longer and longer batches until they take long enough. All ranks see the same times, so all compute the same result.
long warmUp(Peer& peer, Operation& operation, const Settings& settings) {
  double total = 0;
  double perOperation = 0;
  for (long iterations = 1; total < settings.warmupMilliseconds * 1000 || iterations <= kWarmIterations; iterations *= 2) {
    const double time = batchMicroseconds(peer, operation, iterations);
    total += time;
    perOperation = time / iterations;
    // The first operation has set up all connections.
    if (iterations == 1 && !settings.congestion.empty()) setCongestionOfAllConnections(settings.congestion);
  }
  return std::clamp(static_cast<long>(settings.batchMilliseconds * 1000 / perOperation + 0.5), kLeastIterations, kMostIterations);
}

struct Subject {
  std::string name;
  std::string version;
  const Collective& collective;
  std::string algorithm;
  std::size_t bytes;
};

bool measureOne(Peer& peer, const Settings& settings, const Subject& subject, Operation& operation, PageBuffer& output) {
  const std::size_t elements = subject.bytes / sizeof(float);
  const long iterations = warmUp(peer, operation, settings);
  bool right = true;
  for (int sample = 0; sample < settings.samples; sample++) {
    output.poison();
    const double time = batchMicroseconds(peer, operation, iterations) / iterations;
    const auto wrong = subject.collective.wrong(output.data(), elements, peer.rank(), peer.world());
    const double wrongEverywhere = peer.sum(static_cast<double>(wrong));
    right = right && wrongEverywhere == 0;
    if (peer.rank() != 0) continue;
    std::printf(
        "{\"peer\":\"%s\",\"version\":\"%s\",\"collective\":\"%s\",\"algorithm\":\"%s\",\"worldSize\":%d,\"bytes\":%zu,"
        "\"sample\":%d,\"iterations\":%ld,\"timeUs\":%.3f,\"wrong\":%.0f}\n",
        subject.name.c_str(), subject.version.c_str(), subject.collective.name, subject.algorithm.c_str(), peer.world(), subject.bytes,
        sample, iterations, time, wrongEverywhere);
    std::fflush(stdout);
  }
  return right;
}

}  // namespace

int measureAll(Peer& peer, const Settings& settings, const std::string& name, const std::string& version) {
  std::size_t largest = 0;
  for (const auto& sizes : settings.sizes) largest = std::max(largest, *std::max_element(sizes.bytes.begin(), sizes.bytes.end()));
  PageBuffer input(largest);
  PageBuffer output(largest);
  Pattern::of(peer.rank()).fill(input.data(), largest / sizeof(float));

  bool right = true;
  for (const auto& sizes : settings.sizes) {
    for (const auto bytes : sizes.bytes) {
      for (const auto& algorithm : settings.algorithms) {
        const auto operation = peer.prepare(sizes.collective->call, algorithm, input.data(), output.data(), bytes / sizeof(float));
        if (operation != nullptr) right = measureOne(peer, settings, {name, version, *sizes.collective, algorithm, bytes}, *operation, output) && right;
      }
    }
  }
  return right ? 0 : 1;
}

}  // namespace peers
