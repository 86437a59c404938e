# A site on a disk of four megabytes: it refuses clearly when the disk is full, keeps what it said it recorded, and goes on when there is
# room; on a disk that can only be read it says that.
source "$(dirname "$0")/harsh.sh"
mkdir disk
mount -t tmpfs -o size=4m none disk
prepare disk/north
text="$(head -c 60000 /dev/zero | tr '\0' x)"
recorded=0
code=0
for number in $(seq 200); do
    record disk/north "$text" > said.json 2> /dev/null || { code=$?; break; }
    recorded=$((recorded + 1))
done
((code == 75)) || { echo "a full disk: exit $code after $recorded, $(cut -c1-300 said.json)"; exit 1; }
grep -q '"code":"DISK' said.json || { echo "a full disk is not named: $(cut -c1-300 said.json)"; exit 1; }
(($(held disk/north) == recorded + 1)) || { echo "recorded $recorded and an order, held $(held disk/north)"; exit 1; }
"$PRODUCT" log verify --data disk/north --json > /dev/null
"$PRODUCT" case show A1 --data disk/north --json > /dev/null
echo "full after $recorded: refused, all held, still read"
mount -o remount,ro disk
code=0
record disk/north "read only" > said.json 2> /dev/null || code=$?
((code == 73)) || { echo "a disk that can only be read: exit $code, $(cut -c1-300 said.json)"; exit 1; }
echo "read only: refused with 73"
mount -o remount,rw,size=400m disk
record disk/north "again" > /dev/null
"$PRODUCT" sync --data disk/north --json > said.json
(($(held hub) == recorded + 2)) || { echo "held at the hub: $(held hub) of $((recorded + 2))"; exit 1; }
echo "with room again: recorded and shared"
