// Measures Gloo. Starts all ranks itself, over Gloo's TCP transport on the loopback interface.

#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>

#include <gloo/allreduce.h>
#include <gloo/barrier.h>
#include <gloo/config.h>
#include <gloo/math.h>
#include <gloo/rendezvous/context.h>
#include <gloo/rendezvous/file_store.h>
#include <gloo/rendezvous/prefix_store.h>
#include <gloo/transport/tcp/device.h>

#include "gloo_operations.h"
#include "lifetime.h"
#include "measurement.h"

namespace peers {
namespace {

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

  std::unique_ptr<Operation> prepare(Call call, const std::string& algorithm, float* input, float* output, std::size_t elements) override {
    return makeGlooOperation(call, algorithm, [this] { return connect(); }, input, output, elements);
  }

 private:
  SharedContext connect() {
    const auto context = std::make_shared<gloo::rendezvous::Context>(rank_, world_);
    gloo::rendezvous::PrefixStore store(std::to_string(contexts_++), store_);
    context->connectFullMesh(store, device_);
    return context;
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

int runRank(int rank, const Settings& settings, const std::string& storePath) {
  try {
    Gloo peer(rank, settings.world, storePath);
    const auto version = std::to_string(GLOO_VERSION_MAJOR) + "." + std::to_string(GLOO_VERSION_MINOR) + "." + std::to_string(GLOO_VERSION_PATCH);
    const int result = measureAll(peer, settings, "gloo", version);
    peer.barrier();  // keep connections open until all ranks have reported
    return result;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "rank %d: %s\n", rank, e.what());
    return 1;
  }
}

}  // namespace
}  // namespace peers

int main(int argc, char** argv) {
  const auto settings = peers::parseSettings(argc, argv, peers::glooAlgorithms(), true);
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
