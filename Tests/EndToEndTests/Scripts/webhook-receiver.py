"""Takes webhooks as Standard Webhooks 1.0 says, with nothing but the language's own libraries.

webhook-receiver.py PORT FILE SECRET...    appends one line of JSON for each request whose signature fits one of the secrets.
The first request for each id is answered 503; as soon as there is a FILE.gone every one is answered 410.
"""

import base64
import hashlib
import hmac
import json
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PATH, SECRETS = sys.argv[2], sys.argv[3:]
SEEN = set()


def fits(headers, body):
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    given = [part.split(",", 1)[1] for part in headers["webhook-signature"].split(" ") if part.startswith("v1,")]
    for secret in SECRETS:
        key = base64.b64decode(secret.removeprefix("whsec_"))
        wanted = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        if any(hmac.compare_digest(wanted, one) for one in given):
            return True
    return False


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status):
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        if os.path.exists(PATH + ".gone"):
            return self.answer(410)
        if not fits(self.headers, body) or abs(time.time() - int(self.headers["webhook-timestamp"])) > 300:
            return self.answer(401)
        identity = self.headers["webhook-id"]
        event = json.loads(body)
        if "busy" in PATH and identity not in SEEN and event["type"] == "org.filmjacket.comment.added.v1":
            SEEN.add(identity)
            return self.answer(503)
        with open(PATH, "a") as file:
            file.write(json.dumps({"id": identity, "type": self.headers["content-type"], "event": event}) + "\n")
        self.answer(204)

    def log_message(self, *arguments):
        pass


server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler)
print("ready", flush=True)
server.serve_forever()
