# Sourced by attack and attack-opening, which set $build to the root of a built repository and $configuration. Provides two workers from
# that build, with their own identities. Stops the workers and removes their files when the script exits.
attacker=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/bin/$configuration/net10.0/attacker
sc=$build/src/SecureCollectives.Cli/bin/$configuration/net10.0/secure-collectives
worker=$build/tests/SecureCollectives.Testing.Worker/bin/$configuration/net10.0/testing-worker
folder=$(mktemp -d)
pids=()
trap 'for pid in "${pids[@]}"; do kill -9 "$pid" 2>/dev/null || true; done; rm -rf "$folder"' EXIT
"$sc" pki init --ca "$folder/pki" >/dev/null
"$sc" pki issue --ca "$folder/pki" --job a --rank 0-1 --out "$folder/a" >/dev/null

# start_workers WORD WORK...: starts both workers, and waits until rank 1, the victim, has printed the word.
start_workers() {
  local word=$1 rank
  shift
  pids=()
  for rank in 0 1; do
    RANK=$rank WORLD_SIZE=2 MASTER_ADDR=127.0.0.1 MASTER_PORT=${MASTER_PORT:-28611} SECURE_COLLECTIVES_RUN_ID=attack \
      SECURE_COLLECTIVES_CERTIFICATE="$folder/a/rank-$rank.pem" SECURE_COLLECTIVES_KEY="$folder/a/rank-$rank-key.pem" SECURE_COLLECTIVES_CA="$folder/a/ca.pem" \
      "$worker" "$@" >"$folder/rank-$rank" 2>&1 &
    pids+=($!)
  done
  until grep -q "$word" "$folder/rank-1"; do sleep 0.2; done
  victim=${pids[1]}
}

# find_ports: the lane port is the one that has a thread named after it; the victim's other port is the control port.
find_ports() {
  until lanes=$(cat /proc/"$victim"/task/*/comm 2>/dev/null | sed -n 's/^lanes ://p' | head -1) && [[ $lanes ]]; do sleep 0.1; done
  control=$(ss -ltnpH | grep "pid=$victim," | awk '{sub(/.*:/, "", $4); print $4}' | grep -v "^$lanes$" | head -1)
}
