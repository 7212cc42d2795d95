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

[[noreturn]] void usage(const char* program, const Algorithms& algorithms, bool startsItsRanks) {
  std::printf("usage: %s%s --COLLECTIVE LIST [options]\n", program, startsItsRanks ? " --world N" : "");
  if (startsItsRanks) std::printf("  --world N             how many ranks, all on this machine\n");
  for (const auto& collective : collectives()) {
    const auto option = std::string(collective.name) + " LIST";
    std::printf("  --%-19s bytes of %s, separated by commas\n", option.c_str(), collective.bytesAre);
  }
  std::printf(
      "  --algorithms LIST     of %s; default: %s\n"
      "  --samples N           timed batches of each size; default 1\n"
      "  --warmup-ms N         runs operations for at least this long before the first batch; default 50\n"
      "  --batch-ms N          approximate duration of a batch; default 40\n"
      "  --congestion NAME     TCP congestion control of this peer's connections; default: the kernel's\n"
      "  --end-with-input      exits when standard input ends, so that it cannot outlive its parent\n",
      join(algorithms.known).c_str(), join(algorithms.defaults).c_str());
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
      refuse(std::string(option) + " accepts " + join(known) + ", but not '" + word + "'.");
    all.push_back(word);
  }
  if (all.empty()) refuse(std::string(option) + " needs at least one value.");
  return all;
}

// Parses the sizes of one collective from its option.
Sizes sizes(const Collective& collective, const char* text) {
  const std::string name = std::string("--") + collective.name;
  const char* option = name.c_str();
  std::vector<std::size_t> all;
  for (const auto& word : words(option, text)) {
    const double bytes = number(option, word.c_str(), sizeof(float), kMostBytes);
    if (std::fmod(bytes, sizeof(float)) != 0) refuse(std::string(option) + " takes whole floats of 4 bytes, but one size is " + word + ".");
    all.push_back(static_cast<std::size_t>(bytes));
  }
  return {&collective, all};
}

}  // namespace

Settings parseSettings(int argc, char** argv, const Algorithms& algorithms, bool startsItsRanks) {
  // Larger than every character, because getopt_long returns '?' for unknown options.
  enum { kWorld = 256, kAlgorithms, kSamples, kWarmup, kBatch, kCongestion, kEndWithInput, kHelp, kFirstCollective };
  std::vector<option> options{
      {"world", required_argument, nullptr, kWorld},
      {"algorithms", required_argument, nullptr, kAlgorithms},
      {"samples", required_argument, nullptr, kSamples},
      {"warmup-ms", required_argument, nullptr, kWarmup},
      {"batch-ms", required_argument, nullptr, kBatch},
      {"congestion", required_argument, nullptr, kCongestion},
      {"end-with-input", no_argument, nullptr, kEndWithInput},
      {"help", no_argument, nullptr, kHelp},
  };
  for (std::size_t i = 0; i < collectives().size(); i++)
    options.push_back({collectives()[i].name, required_argument, nullptr, kFirstCollective + static_cast<int>(i)});
  options.push_back({nullptr, 0, nullptr, 0});

  Settings settings;
  settings.algorithms = algorithms.defaults;
  for (int found; (found = getopt_long(argc, argv, "", options.data(), nullptr)) != -1;) {
    switch (found) {
      case kWorld: settings.world = static_cast<int>(number("--world", optarg, 1, kMostRanks)); break;
      case kAlgorithms: settings.algorithms = words("--algorithms", optarg, algorithms.known); break;
      case kSamples: settings.samples = static_cast<int>(number("--samples", optarg, 1, kMostSamples)); break;
      case kWarmup: settings.warmupMilliseconds = number("--warmup-ms", optarg, 0, kLongestMilliseconds); break;
      case kBatch: settings.batchMilliseconds = number("--batch-ms", optarg, 0, kLongestMilliseconds); break;
      case kCongestion: settings.congestion = optarg; break;
      case kEndWithInput: settings.endWithInput = true; break;
      case kHelp: usage(argv[0], algorithms, startsItsRanks);
      default:
        if (found < kFirstCollective) std::exit(kUsageError);  // getopt_long has printed the error
        settings.sizes.push_back(sizes(collectives()[found - kFirstCollective], optarg));
    }
  }

  if (optind < argc) refuse(std::string("'") + argv[optind] + "' is not an option.");
  if (settings.sizes.empty()) refuse("Nothing to measure: name a collective, such as --allreduce 1048576.");
  if (startsItsRanks && settings.world == 0) refuse("--world is missing: give the number of ranks.");
  if (!startsItsRanks && settings.world != 0) refuse("--world does not apply to this program: mpirun -np sets the number of ranks.");
  return settings;
}

void checkSizes(const Settings& settings, int rank, int world) {
  for (const auto& sizes : settings.sizes) {
    for (const auto bytes : sizes.bytes) {
      if (!sizes.collective->dividesAmongRanks || bytes % (world * sizeof(float)) == 0) continue;
      if (rank != 0) std::exit(kUsageError);
      refuse(std::string("--") + sizes.collective->name + " takes sizes that divide into whole floats for " + std::to_string(world) + " ranks, but one is " +
             std::to_string(bytes) + ".");
    }
  }
}

}  // namespace peers
