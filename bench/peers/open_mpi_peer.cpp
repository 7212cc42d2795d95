// Measures Open MPI. Start it with mpirun; README.md has the command line that restricts it to TCP.

#include <mpi.h>

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <utility>

#include "lifetime.h"
#include "measurement.h"

namespace peers {
namespace {

// An MPI call bound to its arguments.
class Bound : public Operation {
 public:
  explicit Bound(std::function<void()> call) : call_(std::move(call)) {}
  void run() override { call_(); }

 private:
  std::function<void()> call_;
};

class OpenMpi : public Peer {
 public:
  OpenMpi() {
    MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
    MPI_Comm_size(MPI_COMM_WORLD, &world_);
  }

  int rank() const override { return rank_; }
  int world() const override { return world_; }
  void barrier() override { MPI_Barrier(MPI_COMM_WORLD); }
  double maximum(double value) override { return reduce(value, MPI_MAX); }
  double sum(double value) override { return reduce(value, MPI_SUM); }

  std::unique_ptr<Operation> prepare(Call call, const std::string&, float* input, float* output, std::size_t elements) override {
    const int all = static_cast<int>(elements);
    const int share = all / world_;
    switch (call) {
      case Call::AllReduce:
        return bind([=] { MPI_Allreduce(input, output, all, MPI_FLOAT, MPI_SUM, MPI_COMM_WORLD); });
      case Call::AllGather:
        return bind([=] { MPI_Allgather(input, share, MPI_FLOAT, output, share, MPI_FLOAT, MPI_COMM_WORLD); });
      case Call::Broadcast: {
        float* buffer = rank_ == kRoot ? input : output;
        return bind([=] { MPI_Bcast(buffer, all, MPI_FLOAT, kRoot, MPI_COMM_WORLD); });
      }
      case Call::ReduceScatter:
        return bind([=] { MPI_Reduce_scatter_block(input, output, share, MPI_FLOAT, MPI_SUM, MPI_COMM_WORLD); });
      case Call::AllToAll:
        return bind([=] { MPI_Alltoall(input, share, MPI_FLOAT, output, share, MPI_FLOAT, MPI_COMM_WORLD); });
    }
    return nullptr;
  }

 private:
  static std::unique_ptr<Operation> bind(std::function<void()> call) { return std::make_unique<Bound>(std::move(call)); }

  static double reduce(double value, MPI_Op op) {
    double result = 0;
    MPI_Allreduce(&value, &result, 1, MPI_DOUBLE, op, MPI_COMM_WORLD);
    return result;
  }

  int rank_ = 0;
  int world_ = 0;
};

std::string version() {
  int major = 0, minor = 0, release = 0;
  // "Open MPI v4.1.4, package: ...": only the version is needed.
  char text[MPI_MAX_LIBRARY_VERSION_STRING];
  int length = 0;
  MPI_Get_library_version(text, &length);
  if (std::sscanf(text, "Open MPI v%d.%d.%d", &major, &minor, &release) != 3) return "unknown";
  return std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(release);
}

}  // namespace
}  // namespace peers

int main(int argc, char** argv) {
  MPI_Init(&argc, &argv);
  // By default, Open MPI chooses the algorithm by size; mpirun's --mca options can force one.
  const auto settings = peers::parseSettings(argc, argv, {{"default"}, {"default"}}, false);
  peers::OpenMpi peer;
  peers::checkSizes(settings, peer.rank(), peer.world());
  // mpirun connects its standard input to rank 0, and ends all ranks when one exits.
  if (settings.endWithInput && peer.rank() == 0) peers::endWithInput();
  const int result = peers::measureAll(peer, settings, "openmpi", peers::version());
  MPI_Finalize();
  return result;
}
