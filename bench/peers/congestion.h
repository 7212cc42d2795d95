#pragma once

#include <string>

namespace peers {

// Sets the congestion control of every TCP connection of this process. The libraries have no option for it; this allows measuring them under
// the same setting as a library that chooses one per socket. Exits if the kernel refuses.
void setCongestionOfAllConnections(const std::string& name);

}  // namespace peers
