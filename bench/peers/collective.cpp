#include "collective.h"

#include "pattern.h"

namespace peers {
namespace {

std::size_t wrongInAllReduce(const float* output, std::size_t elements, int, int world) {
  return Pattern::ofSum(world).wrong(output, elements, 0);
}

std::size_t wrongInAllGather(const float* output, std::size_t elements, int, int world) {
  const std::size_t shard = elements / world;
  std::size_t wrong = 0;
  for (int peer = 0; peer < world; peer++) wrong += Pattern::of(peer).wrong(output + peer * shard, shard, 0);
  return wrong;
}

std::size_t wrongInBroadcast(const float* output, std::size_t elements, int rank, int) {
  return rank == kRoot ? 0 : Pattern::of(kRoot).wrong(output, elements, 0);
}

std::size_t wrongInReduceScatter(const float* output, std::size_t elements, int rank, int world) {
  const std::size_t shard = elements / world;
  return Pattern::ofSum(world).wrong(output, shard, rank * shard);
}

std::size_t wrongInAllToAll(const float* output, std::size_t elements, int rank, int world) {
  const std::size_t block = elements / world;
  std::size_t wrong = 0;
  for (int peer = 0; peer < world; peer++) wrong += Pattern::of(peer).wrong(output + peer * block, block, rank * block);
  return wrong;
}

}  // namespace

const std::vector<Collective>& collectives() {
  static const std::vector<Collective> all{
      {Call::AllReduce, "allreduce", "AllReduce's buffer", false, wrongInAllReduce},
      {Call::AllGather, "allgather", "AllGather's whole output", true, wrongInAllGather},
      {Call::Broadcast, "broadcast", "Broadcast's buffer", false, wrongInBroadcast},
      {Call::ReduceScatter, "reducescatter", "ReduceScatter's whole input", true, wrongInReduceScatter},
      {Call::AllToAll, "alltoall", "AllToAll's whole buffer", true, wrongInAllToAll},
  };
  return all;
}

}  // namespace peers
