#pragma once

#include <string>

#include "peer.h"
#include "settings.h"

namespace peers {

// Measures everything that the settings ask for and writes one JSON line a sample on rank 0's standard output. All ranks call it.
// Returns 0, or 1 where an element of a result was wrong.
int measureAll(Peer& peer, const Settings& settings, const std::string& name, const std::string& version);

}  // namespace peers
