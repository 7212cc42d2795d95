#include "lifetime.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <vector>

namespace peers {
namespace {

constexpr int kAbandoned = 3;

int exitCode(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status); }

}  // namespace

void endWithInput() {
  std::thread([] {
    char ignored[256];
    ssize_t got;
    while ((got = read(STDIN_FILENO, ignored, sizeof(ignored))) > 0 || (got < 0 && errno == EINTR)) {
    }
    _exit(kAbandoned);
  }).detach();
}

int runRanks(int world, bool endsWithInput, const std::function<int(int)>& rank) {
  const pid_t parent = getpid();
  std::vector<pid_t> children;
  int failure = 0;
  for (int i = 0; i < world && failure == 0; i++) {
    const pid_t child = fork();
    if (child == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      if (getppid() != parent) _exit(kAbandoned);  // the parent died before prctl took effect
      std::exit(rank(i));
    }
    if (child < 0) {
      std::perror("fork");
      failure = 1;
    } else {
      children.push_back(child);
    }
  }

  // After forking, because threads do not survive a fork.
  if (endsWithInput) endWithInput();
  const auto endAll = [&] {
    for (const pid_t child : children) kill(child, SIGKILL);
  };
  if (failure != 0) endAll();
  for (std::size_t ended = 0; ended < children.size(); ended++) {
    int status = 0;
    if (waitpid(-1, &status, 0) > 0 && failure == 0 && (failure = exitCode(status)) != 0) endAll();
  }
  return failure;
}

}  // namespace peers
