#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "collective.h"

namespace peers {

// A collective on fixed buffers, which can run any number of times. It does not change its input; the output is a different buffer.
class Operation {
 public:
  virtual ~Operation() = default;
  virtual void run() = 0;
};

// One rank's handle on the measured library.
class Peer {
 public:
  virtual ~Peer() = default;

  virtual int rank() const = 0;
  virtual int world() const = 0;

  virtual void barrier() = 0;
  virtual double maximum(double value) = 0;
  virtual double sum(double value) = 0;

  // `elements` is the number of elements of the size; both buffers hold that many. Where each rank has a share, a share is `elements` divided by
  // the number of ranks. Returns null if the library has no such algorithm for the call.
  virtual std::unique_ptr<Operation> prepare(Call call, const std::string& algorithm, float* input, float* output, std::size_t elements) = 0;
};

}  // namespace peers
