#!/usr/bin/env bash
# Slurm on one node, this machine, from Debian's packages: install.sh FOLDER
# Everything it keeps (configuration, key, state, logs) lies in FOLDER, but for the link
# /etc/slurm/slurm.conf; stop.sh FOLDER ends it. As root, as in a container; without an
# accounting database, cgroups or systemd. Run again, it starts what is not running.
# Memory is kept to: a job that uses more than it asked for is killed, as on a real cluster.
set -euo pipefail
folder="$(mkdir -p "$1" && cd "$1" && pwd)"
packages=(slurmctld slurmd slurm-client munge)

fail() { echo "install.sh: $*" >&2; exit 1; }
[ "$(id -u)" = 0 ] || fail "wants root: munge's key and Slurm's daemons are root's here"
if ! command -v slurmctld slurmd sbatch munged >/dev/null; then
    command -v apt-get >/dev/null || fail "no Slurm here, and no apt-get to install it"
    # Debian's scripts would start daemons of their own, with a configuration that is not there.
    if [ ! -e /usr/sbin/policy-rc.d ]; then
        trap 'rm -f /usr/sbin/policy-rc.d' EXIT
        printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
        chmod +x /usr/sbin/policy-rc.d
    fi
    apt-get update -q >&2
    DEBIAN_FRONTEND=noninteractive \
        apt-get install -qy --no-install-recommends "${packages[@]}" >&2
fi

alive() { [ -s "$folder/$1.pid" ] && kill -0 "$(cat "$folder/$1.pid")" 2>/dev/null; }
port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

mkdir -p "$folder/state" "$folder/spool"
if [ ! -e "$folder/munge.key" ]; then
    head -c 1024 /dev/urandom >"$folder/munge.key"
    chmod 400 "$folder/munge.key"
fi
if [ ! -e "$folder/slurm.conf" ]; then
    cat >"$folder/slurm.conf" <<CONF
ClusterName=perennial
SlurmctldHost=$(hostname -s)(127.0.0.1)
SlurmctldPort=$(port)
SlurmdPort=$(port)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$folder/munge.socket
CredType=cred/munge
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd.log
MailProg=/bin/true
MpiDefault=none
SwitchType=switch/none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=task=1
JobAcctGatherParams=OverMemoryKill,UsePss
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/none
SchedulerParameters=sched_interval=2,batch_sched_delay=1
MinJobAge=300
KillWait=3
SlurmdTimeout=15
ReturnToService=2
$(slurmd -C | head -1) NodeAddr=127.0.0.1 State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
CONF
fi
# What runs inside a job does not inherit SLURM_CONF; it looks in the usual place.
mkdir -p /etc/slurm
there="$(readlink -e /etc/slurm/slurm.conf || true)"
[ -z "$there" ] || [ "$there" = "$folder/slurm.conf" ] || fail "there is a Slurm here: $there"
ln -sfn "$folder/slurm.conf" /etc/slurm/slurm.conf

# --force: the folder may be one that others cannot enter.
alive munged || munged --force --key-file="$folder/munge.key" --socket="$folder/munge.socket" \
    --pid-file="$folder/munged.pid" --log-file="$folder/munged.log" \
    --seed-file="$folder/munge.seed" 2>>"$folder/munged.err"
alive slurmctld || slurmctld -f "$folder/slurm.conf"
alive slurmd || slurmd -f "$folder/slurm.conf"

for _ in $(seq 60); do
    [ "$(sinfo --noheader --format=%T 2>/dev/null)" = idle ] && exit 0
    sleep 0.5
done
tail -n 20 "$folder"/*.log >&2
fail "the node does not come up"
