"""What a well-behaved site sees of an attack on its hub: the time from a call at one site until the event is at another, over the hub; the
time in which somebody new connects to the hub and is answered; and the hub's memory.

    behave.py SECONDS SENDER_PORT RECEIVER_PORT RECEIVER_FOLDER SENDER_SITE HUB_PORT HUB_PROCESS

Prints one line: p50 and p99 in milliseconds of both, how many of the newcomers were answered, the hub's largest resident memory.
"""

import http.client
import json
import sqlite3
import ssl
import sys
import threading
import time

seconds, sender, receiver = float(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
folder, site, hub, process = sys.argv[4], sys.argv[5], int(sys.argv[6]), int(sys.argv[7])
end = time.monotonic() + seconds
arrived, sent, connected, refused = [], [], [], 0
peak = 0
ready = threading.Event()
is_over = threading.Event()


def held(database):
    row = database.execute("SELECT coalesce(sum(held), 0) FROM log WHERE site = ?", (site,)).fetchone()
    return row[0]


def watch():
    database = sqlite3.connect(f"file:{folder}/store.sqlite?mode=ro", uri=True)
    start = held(database)
    stream = http.client.HTTPConnection("127.0.0.1", receiver, timeout=20)
    stream.request("GET", "/v1/stream", headers={"Accept": "text/event-stream"})
    answer = stream.getresponse()
    ready.set()
    while not is_over.is_set():
        try:
            if not answer.readline():
                return
        except TimeoutError:
            continue
        count = held(database) - start
        while len(arrived) < count:
            arrived.append(time.monotonic())


def newcomers():
    global refused
    trust = ssl.create_default_context()
    trust.check_hostname, trust.verify_mode = False, ssl.CERT_NONE
    while time.monotonic() < end:
        start = time.monotonic()
        try:
            client = http.client.HTTPSConnection("127.0.0.1", hub, timeout=5, context=trust, source_address=("127.0.0.10", 0))
            client.request("GET", "/livez")
            client.getresponse().read()
            client.close()
            connected.append(time.monotonic() - start)
        except OSError:
            refused += 1
        except http.client.HTTPException:
            refused += 1
        time.sleep(0.1)


def memory():
    global peak
    while time.monotonic() < end:
        with open(f"/proc/{process}/status") as status:
            for line in status:
                if line.startswith("VmRSS:"):
                    peak = max(peak, int(line.split()[1]))
        time.sleep(0.2)


def share(values, part):
    values = sorted(values)
    return 1000 * values[min(len(values) - 1, int(len(values) * part))] if values else float("nan")


threads = [threading.Thread(target=work, daemon=True) for work in (watch, newcomers, memory)]
for thread in threads:
    thread.start()
ready.wait(10)
client = http.client.HTTPConnection("127.0.0.1", sender, timeout=20)
body = json.dumps({"kind": "comment.added", "body": {"text": "well-behaved"}, "as": "Dr Lund", "role": "radiologist"})
while time.monotonic() < end:
    sent.append(time.monotonic())
    client.request("POST", "/v1/cases/A1/events", body, {"Content-Type": "application/json"})
    answer = client.getresponse()
    text = answer.read()
    if answer.status not in (200, 201):
        sys.exit(f"the sender refused its own event: {answer.status} {text.decode()}")
    time.sleep(max(0.0, 0.1 - (time.monotonic() - sent[-1])))
deadline = time.monotonic() + 30
while len(arrived) < len(sent) and time.monotonic() < deadline:
    time.sleep(0.05)
is_over.set()
times = [there - here for here, there in zip(sent, arrived)]
print(
    f"events {len(sent)} arrived {len(arrived)} p50 {share(times, 0.5):.1f} p99 {share(times, 0.99):.1f}"
    f" newcomers {len(connected)} refused {refused} p50 {share(connected, 0.5):.1f} p99 {share(connected, 0.99):.1f}"
    f" resident {peak // 1024}"
)
