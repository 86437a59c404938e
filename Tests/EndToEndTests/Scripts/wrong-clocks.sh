# A site whose clock jumps ten years ahead and ten years back: it records all the same, nothing is refused or doubled, and the states
# are equal once its clock is right again.
source "$(dirname "$0")/harsh.sh"
prepare
clock() { faketime -f "$1" "$PRODUCT" case record comment.added --case A1 --data north --as t.lee --role technologist "text=$1" > /dev/null; }
for jump in +10y -10y +400d -1h +0 1970-01-02\ 00:00:00 2038-01-19\ 03:14:08; do clock "$jump"; done
(($(held north) == 8)) || { echo "held $(held north) of 8"; exit 1; }
"$PRODUCT" log verify --data north --json > /dev/null
echo "clocks far off: 7 of 7 recorded"
"$PRODUCT" sync --data north --json > said.json || { echo "sync: $(cat said.json)"; exit 1; }
is_shared north && is_same north || { echo "not one state: $(said north digest) $(said hub digest)"; exit 1; }
echo "the clock is right again: one state"
