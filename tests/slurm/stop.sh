#!/usr/bin/env bash
# Ends what install.sh FOLDER has started: the jobs, then the daemons, by their own ids.
set -uo pipefail
folder="$(cd "$1" && pwd)" || exit 0
[ "$(readlink /etc/slurm/slurm.conf)" = "$folder/slurm.conf" ] || exit 0
timeout 10 scancel --user="$(id -un)" --quiet 2>/dev/null
for _ in $(seq 20); do
    [ -z "$(timeout 5 squeue --noheader 2>/dev/null)" ] && break
    sleep 0.5
done
for daemon in slurmd slurmctld munged; do
    pid="$(cat "$folder/$daemon.pid" 2>/dev/null)" || continue
    kill "$pid" 2>/dev/null
    for _ in $(seq 20); do
        kill -0 "$pid" 2>/dev/null || break
        sleep 0.5
    done
    kill -9 "$pid" 2>/dev/null
done
rm -f /etc/slurm/slurm.conf
exit 0
