// Gloo beside us: starts all ranks itself, over Gloo's TCP transport on the loopback interface.

#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <filesystem>
#include <fstream>

#include <gloo/allgather.h>
#include <gloo/allgather_ring.h>
#include <gloo/allreduce.h>
#include <gloo/allreduce_halving_doubling.h>
#include <gloo/allreduce_ring_chunked.h>
#include <gloo/barrier.h>
#include <gloo/config.h>
#include <gloo/math.h>
#include <gloo/rendezvous/context.h>
#include <gloo/rendezvous/file_store.h>
#include <gloo/rendezvous/prefix_store.h>
#include <gloo/transport/tcp/device.h>

#include "lifetime.h"
#include "measurement.h"

namespace peers {
namespace {

using SharedContext = std::shared_ptr<gloo::Context>;

// Gloo's current interface (allreduce.h): what PyTorch runs. Options and their buffers are made once, as in Gloo's own benchmark.
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

// Gloo's earlier interface (algorithm.h) works in place, so the input is copied first: the operation is out of place for everybody.
template <typename Algorithm>
class InPlace : public Operation {
 public:
  InPlace(const SharedContext& context, const float* input, float* output, std::size_t elements)
      : input_(input),
        output_(output),
        bytes_(elements * sizeof(float)),
        algorithm_(std::make_unique<Algorithm>(context, std::vector<float*>{output}, static_cast<int>(elements))) {}

  void run() override {
    std::memcpy(output_, input_, bytes_);
    algorithm_->run();
  }

 private:
  const float* input_;
  float* output_;
  std::size_t bytes_;
  std::unique_ptr<Algorithm> algorithm_;  // by pointer: Gloo's destructors may throw
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

class Gloo : public Peer {
 public:
  Gloo(int rank, int world, const std::string& storePath) : rank_(rank), world_(world), store_(storePath) {
    gloo::transport::tcp::attr attributes;
    attributes.iface = "lo";
    attributes.ai_family = AF_INET;
    device_ = gloo::transport::tcp::CreateDevice(attributes);
    control_ = connect();
  }

  int rank() const override { return rank_; }
  int world() const override { return world_; }

  void barrier() override {
    gloo::BarrierOptions options(control_);
    gloo::barrier(options);
  }

  double maximum(double value) override {
    return reduce(value, [](void* to, const void* a, const void* b, std::size_t n) { gloo::max<double>(to, a, b, n); });
  }

  double sum(double value) override {
    return reduce(value, [](void* to, const void* a, const void* b, std::size_t n) { gloo::sum<double>(to, a, b, n); });
  }

  // Each on connections of its own: in sync mode a context is good for Gloo's earlier interface only.
  std::unique_ptr<Operation> prepare(
      const std::string& collective, const std::string& algorithm, float* input, float* output, std::size_t elements) override {
    using Options = gloo::AllreduceOptions::Algorithm;
    using HalvingDoubling = InPlace<gloo::AllreduceHalvingDoubling<float>>;
    using RingChunked = InPlace<gloo::AllreduceRingChunked<float>>;
    if (collective == "allgather") {
      if (algorithm == "ring") return std::make_unique<AllGather>(connect(), input, output, elements);
      if (algorithm == "ring-earlier") return std::make_unique<AllGatherRing>(connect(), input, output, elements);
      return nullptr;
    }
    const bool onCallersThread = algorithm == "halving-doubling-sync";
    if (onCallersThread && elements * sizeof(float) / 2 > largestSendBuffer()) return nullptr;
    const auto context = connect();
    if (algorithm == "ring") return std::make_unique<AllReduce>(context, Options::RING, input, output, elements);
    if (algorithm == "bcube") return std::make_unique<AllReduce>(context, Options::BCUBE, input, output, elements);
    if (algorithm == "ring-earlier") return std::make_unique<RingChunked>(context, input, output, elements);
    auto operation = std::make_unique<HalvingDoubling>(context, input, output, elements);
    if (onCallersThread) runOnCallersThread(*context);
    return operation;
  }

 private:
  SharedContext connect() {
    const auto context = std::make_shared<gloo::rendezvous::Context>(rank_, world_);
    gloo::rendezvous::PrefixStore store(std::to_string(contexts_++), store_);
    context->connectFullMesh(store, device_);
    return context;
  }

  // In sync mode both ranks of a pair send before they receive, which ends well only while the kernel holds the whole message: half the buffer.
  static std::size_t largestSendBuffer() {
    std::size_t bytes = 0;
    std::ifstream("/proc/sys/net/core/wmem_max") >> bytes;
    return bytes;
  }

  // Without Gloo's event thread; busy polling (the second argument) is left off, for it is ruinous with more ranks than cores.
  static void runOnCallersThread(gloo::Context& context) {
    for (int rank = 0; rank < context.size; rank++) {
      if (const auto& pair = context.getPair(rank)) pair->setSync(true, false);
    }
  }

  double reduce(double value, gloo::AllreduceOptions::Func function) {
    gloo::AllreduceOptions options(control_);
    options.setOutput(&value, 1);
    options.setReduceFunction(std::move(function));
    gloo::allreduce(options);
    return value;
  }

  int rank_;
  int world_;
  int contexts_ = 0;
  gloo::rendezvous::FileStore store_;
  std::shared_ptr<gloo::transport::Device> device_;
  SharedContext control_;
};

const std::vector<std::string> kAlgorithms{"ring", "bcube", "ring-earlier", "halving-doubling", "halving-doubling-sync"};

int runRank(int rank, const Settings& settings, const std::string& storePath) {
  try {
    Gloo peer(rank, settings.world, storePath);
    const auto version = std::to_string(GLOO_VERSION_MAJOR) + "." + std::to_string(GLOO_VERSION_MINOR) + "." + std::to_string(GLOO_VERSION_PATCH);
    const int result = measureAll(peer, settings, "gloo", version);
    peer.barrier();  // nobody closes its connections under a rank that still reports
    return result;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "rank %d: %s\n", rank, e.what());
    return 1;
  }
}

}  // namespace
}  // namespace peers

int main(int argc, char** argv) {
  const auto settings = peers::parseSettings(argc, argv, peers::kAlgorithms, true);
  peers::checkSizes(settings, 0, settings.world);
  auto path = (std::filesystem::temp_directory_path() / "gloo-peer-XXXXXX").string();
  if (mkdtemp(path.data()) == nullptr) {
    std::perror(path.c_str());
    return 1;
  }
  const int result = peers::runRanks(settings.world, settings.endWithInput, [&](int rank) { return peers::runRank(rank, settings, path); });
  std::error_code ignored;
  std::filesystem::remove_all(path, ignored);
  return result;
}
