# A hub and a site on a network of their own that loses packets and then carries nothing: in a namespace, by the kernel's own filter.
source "$(dirname "$0")/harsh.sh"
ip link set lo up
nft add table inet harsh
nft add chain inet harsh lossy '{ type filter hook input priority 0; }'

# How many of a hundred packets to and from the hub are lost.
lose() {
    nft flush chain inet harsh lossy
    (($1 == 0)) && return
    local side share=()
    (($1 < 100)) && share=(numgen random mod 100 \< "$1")
    for side in sport dport; do nft add rule inet harsh lossy iif lo tcp $side "$PORT" ${share[@]+"${share[@]}"} drop; done
}

prepare
run_agent
lose 30
for number in 1 2 3 4 5 6 7 8; do record north "loss $number" > /dev/null; done
within 180 is_shared north
echo "with 30 of 100 packets lost: all shared"
lose 100
for number in 1 2 3 4; do record north "partition $number" > /dev/null; done
sleep 2
[[ $(said north pending) == 4 ]] || { echo "shared through a partition: $(said north pending) pending"; exit 1; }
echo "with all packets lost: recorded, and 4 wait"
lose 0
within 180 is_shared north
within 60 is_same north
echo "healed: one state"
