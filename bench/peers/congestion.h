#pragma once

#include <string>

namespace peers {

// Sets the congestion control of every TCP connection that this process has. The libraries offer no such option; with this they can be measured
// under the same setting as whoever chooses one per socket. Ends the process where the kernel refuses it.
void setCongestionOfAllConnections(const std::string& name);

}  // namespace peers
