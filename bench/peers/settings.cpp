#include "settings.h"

#include <getopt.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <sstream>

namespace peers {
namespace {

constexpr int kUsageError = 2;
constexpr int kMostRanks = 256;
constexpr int kMostSamples = 10000;
constexpr double kLongestMilliseconds = 60000;
// Gloo's older algorithms count elements and bytes in an int.
constexpr std::size_t kMostBytes = std::size_t{1} << 30;

[[noreturn]] void refuse(const std::string& reason) {
  std::fprintf(stderr, "%s\n", reason.c_str());
  std::exit(kUsageError);
}

std::string join(const std::vector<std::string>& words) {
  std::string all;
  for (const auto& word : words) all += (all.empty() ? "" : ",") + word;
  return all;
}

[[noreturn]] void usage(const char* program, const std::vector<std::string>& algorithms, bool startsItsRanks) {
  std::printf(
      "usage: %s%s [--allreduce LIST] [--allgather LIST] [options]\n"
      "%s"
      "  --allreduce LIST      bytes of AllReduce's buffer, separated by commas\n"
      "  --allgather LIST      bytes of AllGather's whole output\n"
      "  --algorithms LIST     of %s; default: the first\n"
      "  --samples N           timed batches of each size; default 1\n"
      "  --warmup-ms N         operations for at least so long before the first batch; default 50\n"
      "  --batch-ms N          as many operations a batch as take about so long; default 40\n"
      "  --congestion NAME     TCP congestion control of this peer's connections; default: the kernel's\n"
      "  --end-with-input      ends when standard input does, so that it cannot outlive who started it\n",
      program, startsItsRanks ? " --world N" : "", startsItsRanks ? "  --world N             how many ranks, all on this machine\n" : "",
      join(algorithms).c_str());
  std::exit(0);
}

double number(const char* option, const char* text, double least, double most) {
  char* end = nullptr;
  const double value = std::strtod(text, &end);
  if (end == text || *end != '\0' || !std::isfinite(value) || value < least || value > most)
    refuse(std::string(option) + " must be a number from " + std::to_string(static_cast<long>(least)) + " to " +
           std::to_string(static_cast<long>(most)) + ", but it is '" + text + "'.");
  return value;
}

std::vector<std::string> words(const char* option, const char* text, const std::vector<std::string>& known = {}) {
  std::vector<std::string> all;
  std::istringstream list(text);
  for (std::string word; std::getline(list, word, ',');) {
    if (!known.empty() && std::find(known.begin(), known.end(), word) == known.end())
      refuse(std::string(option) + " knows " + join(known) + ", but not '" + word + "'.");
    all.push_back(word);
  }
  if (all.empty()) refuse(std::string(option) + " needs at least one value.");
  return all;
}

std::vector<std::size_t> sizes(const char* option, const char* text) {
  std::vector<std::size_t> all;
  for (const auto& word : words(option, text)) {
    const double bytes = number(option, word.c_str(), sizeof(float), kMostBytes);
    if (std::fmod(bytes, sizeof(float)) != 0) refuse(std::string(option) + " takes whole floats of 4 bytes, but one size is " + word + ".");
    all.push_back(static_cast<std::size_t>(bytes));
  }
  return all;
}

}  // namespace

Settings parseSettings(int argc, char** argv, const std::vector<std::string>& knownAlgorithms, bool startsItsRanks) {
  enum { kWorld = 1, kAllReduce, kAllGather, kAlgorithms, kSamples, kWarmup, kBatch, kCongestion, kEndWithInput, kHelp };
  static const option kOptions[] = {
      {"world", required_argument, nullptr, kWorld},           {"allreduce", required_argument, nullptr, kAllReduce},
      {"allgather", required_argument, nullptr, kAllGather},   {"algorithms", required_argument, nullptr, kAlgorithms},
      {"samples", required_argument, nullptr, kSamples},       {"warmup-ms", required_argument, nullptr, kWarmup},
      {"batch-ms", required_argument, nullptr, kBatch},        {"congestion", required_argument, nullptr, kCongestion},
      {"end-with-input", no_argument, nullptr, kEndWithInput}, {"help", no_argument, nullptr, kHelp},
      {nullptr, 0, nullptr, 0}};

  Settings settings;
  settings.algorithms = {knownAlgorithms.front()};
  for (int found; (found = getopt_long(argc, argv, "", kOptions, nullptr)) != -1;) {
    switch (found) {
      case kWorld: settings.world = static_cast<int>(number("--world", optarg, 1, kMostRanks)); break;
      case kAllReduce: settings.allReduceBytes = sizes("--allreduce", optarg); break;
      case kAllGather: settings.allGatherBytes = sizes("--allgather", optarg); break;
      case kAlgorithms: settings.algorithms = words("--algorithms", optarg, knownAlgorithms); break;
      case kSamples: settings.samples = static_cast<int>(number("--samples", optarg, 1, kMostSamples)); break;
      case kWarmup: settings.warmupMilliseconds = number("--warmup-ms", optarg, 0, kLongestMilliseconds); break;
      case kBatch: settings.batchMilliseconds = number("--batch-ms", optarg, 0, kLongestMilliseconds); break;
      case kCongestion: settings.congestion = optarg; break;
      case kEndWithInput: settings.endWithInput = true; break;
      case kHelp: usage(argv[0], knownAlgorithms, startsItsRanks);
      default: std::exit(kUsageError);  // getopt_long has said what is wrong
    }
  }

  if (optind < argc) refuse(std::string("'") + argv[optind] + "' is not an option.");
  if (settings.allReduceBytes.empty() && settings.allGatherBytes.empty()) refuse("Nothing to measure: --allreduce or --allgather is missing.");
  if (startsItsRanks && settings.world == 0) refuse("--world is missing: how many ranks?");
  if (!startsItsRanks && settings.world != 0) refuse("--world is not for this program: mpirun -np says how many ranks.");
  return settings;
}

void checkSizes(const Settings& settings, int rank, int world) {
  for (const auto bytes : settings.allGatherBytes) {
    if (bytes % (world * sizeof(float)) == 0) continue;
    if (rank != 0) std::exit(kUsageError);
    refuse("--allgather takes sizes that divide into floats of " + std::to_string(world) + " ranks, but one is " + std::to_string(bytes) + ".");
  }
}

}  // namespace peers
