#include "congestion.h"

#include <dirent.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <cstdio>
#include <cstdlib>

namespace peers {
namespace {

bool isTcp(int descriptor) {
  int protocol = 0;
  socklen_t length = sizeof(protocol);
  return getsockopt(descriptor, SOL_SOCKET, SO_PROTOCOL, &protocol, &length) == 0 && protocol == IPPROTO_TCP;
}

}  // namespace

void setCongestionOfAllConnections(const std::string& name) {
  DIR* directory = opendir("/proc/self/fd");
  if (directory == nullptr) {
    std::perror("/proc/self/fd");
    std::exit(1);
  }
  while (const dirent* entry = readdir(directory)) {
    const int descriptor = std::atoi(entry->d_name);  // "." and ".." become 0, standard input, which is not a TCP connection
    if (isTcp(descriptor) && setsockopt(descriptor, IPPROTO_TCP, TCP_CONGESTION, name.data(), name.size()) != 0) {
      std::perror(("--congestion " + name).c_str());
      std::exit(2);
    }
  }
  closedir(directory);
}

}  // namespace peers
