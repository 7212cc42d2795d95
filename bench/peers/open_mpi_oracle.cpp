// Computes collectives with Open MPI on inputs from a test, which compares the results with ours:
//
//   mpirun -np N open-mpi-oracle FOLDER
//
// FOLDER/plan has one case per line: the call, the element type, the operator ("none" where elements only move), the root, and element counts. A
// single count is that of each block; several are those of the ranks, or for alltoallv what each rank sends to each, sender by sender.
// FOLDER/input.RANK has a rank's elements, case after case; its results go to FOLDER/output.RANK in the same order.

#include <mpi.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <numeric>
#include <sstream>
#include <string>
#include <vector>

#include "lifetime.h"

namespace peers {
namespace {

using Counts = std::vector<int>;

constexpr int kUsageError = 2;
// The byte that fills results before the call.
constexpr char kUnwritten = 0x5a;

[[noreturn]] void refuse(const std::string& reason) {
  std::fprintf(stderr, "open-mpi-oracle: %s\n", reason.c_str());
  MPI_Abort(MPI_COMM_WORLD, kUsageError);
  std::abort();
}

int total(const Counts& counts) { return std::accumulate(counts.begin(), counts.end(), 0); }

Counts starts(const Counts& counts) {
  Counts all(counts.size(), 0);
  std::partial_sum(counts.begin(), counts.end() - 1, all.begin() + 1);
  return all;
}

// A case from one rank's point of view.
struct Case {
  int rank;
  int world;
  MPI_Datatype type;
  MPI_Op op;
  int root;
  Counts counts;

  bool isRoot() const { return rank == root; }
  int own() const { return counts.size() == 1 ? counts[0] : counts[rank]; }
  int all() const { return counts.size() == 1 ? counts[0] * world : total(counts); }

  // For alltoallv.
  Counts sent() const { return Counts(counts.begin() + rank * world, counts.begin() + (rank + 1) * world); }
  Counts received() const {
    Counts from;
    for (int peer = 0; peer < world; peer++) from.push_back(counts[peer * world + rank]);
    return from;
  }
};

int own(const Case& c) { return c.own(); }
int all(const Case& c) { return c.all(); }
int ownOfRoot(const Case& c) { return c.isRoot() ? c.own() : 0; }
int allOfRoot(const Case& c) { return c.isRoot() ? c.all() : 0; }

struct Call {
  int (*inputs)(const Case&);
  int (*outputs)(const Case&);
  void (*run)(const Case&, const void* in, void* out);
};

const MPI_Comm kWorld = MPI_COMM_WORLD;

const std::map<std::string, Call> kCalls{
    {"allreduce", {own, own, [](const Case& c, const void* in, void* out) { MPI_Allreduce(in, out, c.own(), c.type, c.op, kWorld); }}},
    {"reduce", {own, ownOfRoot, [](const Case& c, const void* in, void* out) { MPI_Reduce(in, out, c.own(), c.type, c.op, c.root, kWorld); }}},
    {"reducescatter", {all, own, [](const Case& c, const void* in, void* out) { MPI_Reduce_scatter_block(in, out, c.own(), c.type, c.op, kWorld); }}},
    {"reducescatterv", {all, own, [](const Case& c, const void* in, void* out) { MPI_Reduce_scatter(in, out, c.counts.data(), c.type, c.op, kWorld); }}},
    // In place: the root's elements are already in its output.
    {"broadcast", {ownOfRoot, own, [](const Case& c, const void*, void* out) { MPI_Bcast(out, c.own(), c.type, c.root, kWorld); }}},
    {"gather", {own, allOfRoot, [](const Case& c, const void* in, void* out) { MPI_Gather(in, c.own(), c.type, out, c.own(), c.type, c.root, kWorld); }}},
    {"gatherv", {own, allOfRoot, [](const Case& c, const void* in, void* out) {
       MPI_Gatherv(in, c.own(), c.type, out, c.counts.data(), starts(c.counts).data(), c.type, c.root, kWorld);
     }}},
    {"scatter", {allOfRoot, own, [](const Case& c, const void* in, void* out) { MPI_Scatter(in, c.own(), c.type, out, c.own(), c.type, c.root, kWorld); }}},
    {"scatterv", {allOfRoot, own, [](const Case& c, const void* in, void* out) {
       MPI_Scatterv(in, c.counts.data(), starts(c.counts).data(), c.type, out, c.own(), c.type, c.root, kWorld);
     }}},
    {"allgather", {own, all, [](const Case& c, const void* in, void* out) { MPI_Allgather(in, c.own(), c.type, out, c.own(), c.type, kWorld); }}},
    {"allgatherv", {own, all, [](const Case& c, const void* in, void* out) {
       MPI_Allgatherv(in, c.own(), c.type, out, c.counts.data(), starts(c.counts).data(), c.type, kWorld);
     }}},
    {"alltoall", {all, all, [](const Case& c, const void* in, void* out) { MPI_Alltoall(in, c.own(), c.type, out, c.own(), c.type, kWorld); }}},
    {"alltoallv", {[](const Case& c) { return total(c.sent()); }, [](const Case& c) { return total(c.received()); },
     [](const Case& c, const void* in, void* out) {
       const Counts sent = c.sent(), received = c.received();
       MPI_Alltoallv(in, sent.data(), starts(sent).data(), c.type, out, received.data(), starts(received).data(), c.type, kWorld);
     }}},
};

// Functions, because Open MPI's names are not compile-time constants.
std::map<std::string, MPI_Datatype> types() {
  return {{"int8", MPI_INT8_T},     {"uint8", MPI_UINT8_T}, {"int16", MPI_INT16_T},   {"uint16", MPI_UINT16_T}, {"int32", MPI_INT32_T},
          {"uint32", MPI_UINT32_T}, {"int64", MPI_INT64_T}, {"uint64", MPI_UINT64_T}, {"float", MPI_FLOAT},     {"double", MPI_DOUBLE}};
}

std::map<std::string, MPI_Op> operators() {
  return {{"none", MPI_OP_NULL}, {"sum", MPI_SUM},  {"product", MPI_PROD}, {"min", MPI_MIN},
          {"max", MPI_MAX},      {"and", MPI_BAND}, {"or", MPI_BOR},       {"xor", MPI_BXOR}};
}

template <typename Value>
Value named(const std::map<std::string, Value>& table, const std::string& name) {
  const auto found = table.find(name);
  if (found == table.end()) refuse("the plan has an unknown word, '" + name + "'");
  return found->second;
}

// Never empty, so that there is an address even where nothing moves.
std::vector<char> buffer(std::size_t bytes) { return std::vector<char>(bytes + sizeof(double), kUnwritten); }

void runCase(const std::string& line, int rank, int world, std::istream& inputs, std::ostream& outputs) {
  std::istringstream words(line);
  std::string call, type, op;
  Case wanted{rank, world, MPI_DATATYPE_NULL, MPI_OP_NULL, 0, {}};
  words >> call >> type >> op >> wanted.root;
  for (int count; words >> count;) wanted.counts.push_back(count);
  wanted.type = named(types(), type);
  wanted.op = named(operators(), op);
  const Call& known = named(kCalls, call);
  int elementBytes = 0;
  MPI_Type_size(wanted.type, &elementBytes);

  const std::size_t inputBytes = std::size_t(known.inputs(wanted)) * elementBytes;
  const std::size_t outputBytes = std::size_t(known.outputs(wanted)) * elementBytes;
  auto input = buffer(inputBytes), output = buffer(outputBytes);
  if (!inputs.read(input.data(), static_cast<std::streamsize>(inputBytes))) refuse("the input ends before '" + line + "'");
  if (call == "broadcast") std::copy_n(input.data(), inputBytes, output.data());
  known.run(wanted, input.data(), output.data());
  outputs.write(output.data(), static_cast<std::streamsize>(outputBytes));
}

void runAll(const std::string& folder) {
  int rank = 0, world = 0;
  MPI_Comm_rank(kWorld, &rank);
  MPI_Comm_size(kWorld, &world);
  // mpirun connects its standard input to rank 0, and ends all ranks when one exits.
  if (rank == 0) endWithInput();
  std::ifstream plan(folder + "/plan");
  std::ifstream inputs(folder + "/input." + std::to_string(rank), std::ios::binary);
  std::ofstream outputs(folder + "/output." + std::to_string(rank), std::ios::binary);
  for (std::string line; std::getline(plan, line);) runCase(line, rank, world, inputs, outputs);
  if (inputs.peek() != EOF) refuse("the input continues after the last case");
  if (!outputs.flush()) refuse("the output cannot be written");
}

}  // namespace
}  // namespace peers

int main(int argc, char** argv) {
  MPI_Init(&argc, &argv);
  if (argc != 2) peers::refuse("usage: mpirun -np N open-mpi-oracle FOLDER");
  peers::runAll(argv[1]);
  MPI_Finalize();
  return 0;
}
