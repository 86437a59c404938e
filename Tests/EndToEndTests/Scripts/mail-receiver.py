"""Takes mail (aiosmtpd of Debian): mail-receiver.py PORT FILE    appends each message, a line of dashes after it."""

import sys
import time

from aiosmtpd.controller import Controller


class Handler:
    async def handle_DATA(self, server, session, envelope):
        with open(sys.argv[2], "a") as file:
            file.write(f"Envelope: {envelope.mail_from} -> {','.join(envelope.rcpt_tos)}\n")
            file.write(envelope.content.decode().replace("\r\n", "\n") + "\n----\n")
        return "250 taken"


controller = Controller(Handler(), hostname="127.0.0.1", port=int(sys.argv[1]))
controller.start()
print("ready", flush=True)
while True:
    time.sleep(60)
