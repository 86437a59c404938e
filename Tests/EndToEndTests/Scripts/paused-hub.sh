# A hub that stands still as a paused virtual machine does: the site records meanwhile, and all is shared when it goes on.
source "$(dirname "$0")/harsh.sh"
prepare
run_agent
within 60 is_shared north
kill -STOP "$hub"
for number in 1 2 3 4 5; do record north "paused $number" > /dev/null; done
sleep 3
(($(said north pending) == 5)) || { echo "with the hub stopped: $(said north pending) pending"; exit 1; }
echo "the hub stands still: recorded, and 5 wait"
kill -CONT "$hub"
within 180 is_shared north
within 60 is_same north
echo "it goes on: one state"
