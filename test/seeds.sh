#!/bin/sh
# Plays seeded faults against whole peers: all kinds in runs of 2 to 32, then those that small runs are the most exposed to, then
# schemes that sum otherwise. Any seed that breaks a promise ends it.
set -e
simulate() {
  echo "simulate $*"
  node dist/cli/main.js simulate "$@"
}
# Of the lobby's rooms: a failure names its seed and the shortest history that fails so.
echo "20,000 histories of a lobby"
COPSE_HISTORIES=20000 npx vitest run --project unit test/signaling/lobby-histories.test.ts
simulate --seeds 1..2000
simulate --seeds 1..500 --peers 2..6
simulate --seeds 1..500 --peers 3..8 --faults isolate,stall,island,orphans,partition
simulate --seeds 1..200 --scheme 'ef21(topk(5%))'
simulate --seeds 1..100 --scheme 'ef14(powersgd(1))'
