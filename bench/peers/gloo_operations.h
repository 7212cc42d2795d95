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

// Prepares a call with one of Gloo's algorithms, on its own connections: in sync mode a context works only with Gloo's older interface. Returns
// null if Gloo has no such algorithm for the call or for this number of elements.
std::unique_ptr<Operation> makeGlooOperation(
    Call call, const std::string& algorithm, const std::function<SharedContext()>& connect, float* input, float* output, std::size_t elements);

}  // namespace peers
