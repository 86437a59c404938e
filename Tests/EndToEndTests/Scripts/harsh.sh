# What the scripts of a harsh machine share; read by them, changes nothing by itself. Each runs in an empty folder with PRODUCT and PORT
# set, prints what it saw, and ends with 0 where all is as promised. Everything is bounded.
set -eu
trap 'kill -CONT $(jobs -p) 2> /dev/null; kill $(jobs -p) 2> /dev/null; wait' EXIT

said() { "$PRODUCT" status --data "$1" --json | tail -n 1 | grep -o "\"$2\":[^,}]*" | head -n 1 | cut -d: -f2 | tr -d '"'; }
# Records a remark at a site: its folder, the text.
record() {
    "$PRODUCT" case record comment.added --case A1 --data "$1" --as t.lee --role technologist --json "text=$2"
}
# Asks again until it is so, four times a second: seconds, then the question.
within() {
    local seconds="$1" attempt
    shift
    for ((attempt = 0; attempt < seconds * 4; attempt++)); do
        "$@" && return 0
        sleep 0.25
    done
    echo "not within $seconds s: $*"
    exit 1
}
is_up() { [[ -S $1/control.sock ]] && "$PRODUCT" status --data "$1" --json > /dev/null 2>&1; }
is_shared() { [[ $(said "$1" pending) == 0 ]]; }
is_same() { [[ $(said "$1" digest) == "$(said hub digest)" ]]; }
held() { "$PRODUCT" log stats --data "$1" --json | grep -o '"held":[0-9]*' | cut -d: -f2 | awk "{ all += \$1 } END { print all + 0 }"; }

# A hub that runs, and a site that has joined it and holds one order.
prepare() {
    "$PRODUCT" hub init --data hub --name harsh > /dev/null
    "$PRODUCT" hub run --data hub --listen "127.0.0.1:$PORT" > /dev/null 2>&1 &
    hub=$!
    within 60 is_up hub
    local code
    code="$("$PRODUCT" hub site add north --data hub --kind both 2> /dev/null | tail -n 1)"
    "$PRODUCT" agent join "http://127.0.0.1:$PORT" "$code" --data "${1:-north}" > /dev/null 2>&1
    "$PRODUCT" case record order.placed --data "${1:-north}" --as his --role system accession.issuer=n accession.value=A1 modality=CT \
        > /dev/null
}
run_agent() {
    "$PRODUCT" agent run --data north --listen "127.0.0.1:$((PORT + 1))" > /dev/null 2>&1 &
    within 60 is_up north
}
