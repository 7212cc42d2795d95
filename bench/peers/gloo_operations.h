#pragma once

#include <functional>
#include <memory>
#include <string>

#include <gloo/context.h>

#include "peer.h"
#include "settings.h"

namespace peers {

using SharedContext = std::shared_ptr<gloo::Context>;

const Algorithms& glooAlgorithms();

// A call by one of Gloo's algorithms, on connections of its own: in sync mode a context is good for Gloo's earlier interface only. Null where it has no such algorithm for
// the call, or for so many elements.
std::unique_ptr<Operation> makeGlooOperation(
    Call call, const std::string& algorithm, const std::function<SharedContext()>& connect, float* input, float* output, std::size_t elements);

}  // namespace peers
