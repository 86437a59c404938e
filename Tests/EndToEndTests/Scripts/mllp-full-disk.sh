# A site on a disk of four megabytes takes orders over MLLP: when the disk is full it answers AE 207 and never AA, what it accepted is
# held, and the same message is accepted when there is room again.
source "$(dirname "$0")/harsh.sh"
mkdir disk
mount -t tmpfs -o size=4m none disk
prepare disk/north
door=$((PORT + 2))
"$PRODUCT" agent run --data disk/north --listen "127.0.0.1:$((PORT + 1))" --mllp "127.0.0.1:$door" > /dev/null 2>&1 &
within 60 is_up disk/north
note="$(head -c 60000 /dev/zero | tr '\0' x)"
# Sends the order of a number and leaves the answer in `answer`.
send() {
    exec 3<> "/dev/tcp/127.0.0.1/$door"
    printf '\x0bMSH|^~\\&|RIS|N|FJ|S|20260106134418+0100||ORM^O01|M%s|P|2.5.1\rPID|1||P1^^^N^MR||DOE^JANE\r' "$1" >&3
    printf 'ORC|NW|K%s^N\rOBR|1|K%s^N||CT^CT Head\rNTE|1||%s\r\x1c\r' "$1" "$1" "$note" >&3
    IFS= read -r -t 30 -d $'\x1c' answer <&3 || answer="no answer"
    exec 3>&-
}
accepted=0
for number in $(seq 200); do
    send "$number"
    [[ $answer == *"MSA|AA|M$number"* ]] || break
    accepted=$((accepted + 1))
done
((accepted > 3)) || { echo "accepted $accepted: $(tr '\r' ' ' <<< "$answer")"; exit 1; }
[[ $answer == *"MSA|AE|M$number"* && $answer == *"207"* ]] || { echo "a full disk: $(tr '\r' ' ' <<< "$answer")"; exit 1; }
send "$number"
[[ $answer == *"MSA|AE|M$number"* ]] || { echo "a full disk, again: $(tr '\r' ' ' <<< "$answer")"; exit 1; }
(($(held disk/north) == accepted + 1)) || { echo "accepted $accepted and an order, held $(held disk/north)"; exit 1; }
echo "full after $accepted: AE 207, all held"
mount -o remount,size=400m disk
send "$number"
[[ $answer == *"MSA|AA|M$number"* ]] || { echo "with room again: $(tr '\r' ' ' <<< "$answer")"; exit 1; }
(($(held disk/north) == accepted + 2)) || { echo "held $(held disk/north), not $((accepted + 2))"; exit 1; }
echo "with room again: accepted"
