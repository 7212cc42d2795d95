#pragma once

#include <string>

#include "peer.h"
#include "settings.h"

namespace peers {

// Measures everything that the settings request, and writes one line of JSON per sample to rank 0's standard output. All ranks call it.
// Returns 0, or 1 if an element of a result was wrong.
int measureAll(Peer& peer, const Settings& settings, const std::string& name, const std::string& version);

}  // namespace peers
