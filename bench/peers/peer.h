#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "collective.h"

namespace peers {

// One collective on fixed buffers, ready to run any number of times. The input stays as it is; the output is another buffer.
class Operation {
 public:
  virtual ~Operation() = default;
  virtual void run() = 0;
};

// One rank's handle on the library that is measured.
class Peer {
 public:
  virtual ~Peer() = default;

  virtual int rank() const = 0;
  virtual int world() const = 0;

  virtual void barrier() = 0;
  virtual double maximum(double value) = 0;
  virtual double sum(double value) = 0;

  // `elements` is what a size has, and both buffers hold so many; where ranks have a share each, that is a part of them by the number of ranks. Null where the library has
  // no such algorithm for that call.
  virtual std::unique_ptr<Operation> prepare(Call call, const std::string& algorithm, float* input, float* output, std::size_t elements) = 0;
};

}  // namespace peers
