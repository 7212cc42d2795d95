#include "gloo_operations.h"

#include <cstring>
#include <fstream>
#include <map>
#include <utility>
#include <vector>

#include <gloo/allgather.h>
#include <gloo/allgather_ring.h>
#include <gloo/allreduce.h>
#include <gloo/allreduce_halving_doubling.h>
#include <gloo/allreduce_ring_chunked.h>
#include <gloo/alltoall.h>
#include <gloo/broadcast.h>
#include <gloo/math.h>
#include <gloo/reduce_scatter.h>

namespace peers {
namespace {

// In the current interface, Broadcast and AllToAll have one algorithm each, without a name: a binomial tree, and all messages at once.
const std::string kTree = "tree", kDirect = "direct";
const std::string kRing = "ring", kBcube = "bcube", kRingEarlier = "ring-earlier";
const std::string kHalvingDoubling = "halving-doubling", kHalvingDoublingSync = "halving-doubling-sync";

// Gloo's current interface (allreduce.h), which PyTorch uses. Options and their buffers are set up once, as in Gloo's own benchmark.
class AllReduce : public Operation {
 public:
  AllReduce(const SharedContext& context, gloo::AllreduceOptions::Algorithm algorithm, float* input, float* output, std::size_t elements)
      : options_(context) {
    options_.setAlgorithm(algorithm);
    options_.setInput(input, elements);
    options_.setOutput(output, elements);
    options_.setReduceFunction([](void* to, const void* a, const void* b, std::size_t n) { gloo::sum<float>(to, a, b, n); });
  }

  void run() override { gloo::allreduce(options_); }

 private:
  gloo::AllreduceOptions options_;
};

class AllGather : public Operation {
 public:
  AllGather(const SharedContext& context, float* input, float* output, std::size_t elements) : options_(context) {
    options_.setInput(input, elements / context->size);
    options_.setOutput(output, elements);
  }

  void run() override { gloo::allgather(options_); }

 private:
  gloo::AllgatherOptions options_;
};

// In place: the root sends from its input buffer.
class Broadcast : public Operation {
 public:
  Broadcast(const SharedContext& context, float* input, float* output, std::size_t elements) : options_(context) {
    options_.setRoot(kRoot);
    options_.setOutput(context->rank == kRoot ? input : output, elements);
  }

  void run() override { gloo::broadcast(options_); }

 private:
  gloo::BroadcastOptions options_;
};

class AllToAll : public Operation {
 public:
  AllToAll(const SharedContext& context, float* input, float* output, std::size_t elements) : options_(context) {
    options_.setInput(input, elements);
    options_.setOutput(output, elements);
  }

  void run() override { gloo::alltoall(options_); }

 private:
  gloo::AlltoallOptions options_;
};

// Gloo's older interface (algorithm.h) works in place. Copy the input first, so that the operation is out of place for all contenders.
template <typename Algorithm>
class InPlace : public Operation {
 public:
  template <typename... More>
  InPlace(const SharedContext& context, const float* input, float* output, std::size_t elements, More... more)
      : input_(input),
        output_(output),
        bytes_(elements * sizeof(float)),
        algorithm_(std::make_unique<Algorithm>(context, std::vector<float*>{output}, static_cast<int>(elements), more...)) {}

  void run() override {
    std::memcpy(output_, input_, bytes_);
    algorithm_->run();
  }

 private:
  const float* input_;
  float* output_;
  std::size_t bytes_;
  std::unique_ptr<Algorithm> algorithm_;  // a pointer, because Gloo's destructors may throw
};

class AllGatherRing : public Operation {
 public:
  AllGatherRing(const SharedContext& context, const float* input, float* output, std::size_t elements)
      : algorithm_(std::make_unique<gloo::AllgatherRing<float>>(
            context, std::vector<const float*>{input}, output, static_cast<int>(elements / context->size))) {}

  void run() override { algorithm_->run(); }

 private:
  std::unique_ptr<gloo::AllgatherRing<float>> algorithm_;
};

using Maker = std::function<std::unique_ptr<Operation>(const SharedContext&, float* input, float* output, std::size_t elements)>;

template <typename Made>
Maker maker() {
  return [](const SharedContext& context, float* input, float* output, std::size_t elements) -> std::unique_ptr<Operation> {
    return std::make_unique<Made>(context, input, output, elements);
  };
}

Maker currentAllReduce(gloo::AllreduceOptions::Algorithm algorithm) {
  return [algorithm](const SharedContext& context, float* input, float* output, std::size_t elements) -> std::unique_ptr<Operation> {
    return std::make_unique<AllReduce>(context, algorithm, input, output, elements);
  };
}

std::unique_ptr<Operation> makeReduceScatter(const SharedContext& context, float* input, float* output, std::size_t elements) {
  const std::vector<int> shares(context->size, static_cast<int>(elements / context->size));
  return std::make_unique<InPlace<gloo::ReduceScatterHalvingDoubling<float>>>(context, input, output, elements, shares);
}

// The current interface first; it has no ReduceScatter.
const std::map<std::pair<Call, std::string>, Maker> kMakers{
    {{Call::AllReduce, kRing}, currentAllReduce(gloo::AllreduceOptions::Algorithm::RING)},
    {{Call::AllReduce, kBcube}, currentAllReduce(gloo::AllreduceOptions::Algorithm::BCUBE)},
    {{Call::AllGather, kRing}, maker<AllGather>()},
    {{Call::Broadcast, kTree}, maker<Broadcast>()},
    {{Call::AllToAll, kDirect}, maker<AllToAll>()},
    {{Call::AllReduce, kRingEarlier}, maker<InPlace<gloo::AllreduceRingChunked<float>>>()},
    {{Call::AllReduce, kHalvingDoubling}, maker<InPlace<gloo::AllreduceHalvingDoubling<float>>>()},
    {{Call::AllReduce, kHalvingDoublingSync}, maker<InPlace<gloo::AllreduceHalvingDoubling<float>>>()},
    {{Call::AllGather, kRingEarlier}, maker<AllGatherRing>()},
    {{Call::ReduceScatter, kHalvingDoubling}, makeReduceScatter},
    {{Call::ReduceScatter, kHalvingDoublingSync}, makeReduceScatter},
};

// In sync mode both ranks of a pair send before they receive. This deadlocks unless the kernel can buffer the whole message, half the buffer.
std::size_t largestSendBuffer() {
  std::size_t bytes = 0;
  std::ifstream("/proc/sys/net/core/wmem_max") >> bytes;
  return bytes;
}

// Bypasses Gloo's event thread. Busy polling (the second argument) is off, because it is ruinous with more ranks than cores.
void runOnCallersThread(gloo::Context& context) {
  for (int rank = 0; rank < context.size; rank++) {
    if (const auto& pair = context.getPair(rank)) pair->setSync(true, false);
  }
}

}  // namespace

const Algorithms& glooAlgorithms() {
  static const Algorithms algorithms{
      {kRing, kTree, kDirect, kHalvingDoubling, kHalvingDoublingSync, kBcube, kRingEarlier},
      {kRing, kTree, kDirect, kHalvingDoubling},
  };
  return algorithms;
}

std::unique_ptr<Operation> makeGlooOperation(
    Call call, const std::string& algorithm, const std::function<SharedContext()>& connect, float* input, float* output, std::size_t elements) {
  const bool onCallersThread = algorithm == kHalvingDoublingSync;
  if (onCallersThread && elements * sizeof(float) / 2 > largestSendBuffer()) return nullptr;
  const auto maker = kMakers.find({call, algorithm});
  if (maker == kMakers.end()) return nullptr;
  const auto context = connect();
  auto operation = maker->second(context, input, output, elements);
  if (onCallersThread) runOnCallersThread(*context);
  return operation;
}

}  // namespace peers
