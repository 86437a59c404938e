"""Sends orders to an agent over MLLP as an interface engine does: one at a time, the same message again until AA.

mllp-peer.py PORT FIRST LAST    prints one line for each message that was acknowledged: its control id and how often it was sent.
"""

import socket
import sys
import time

import hl7
from hl7.client import MLLPClient


def order(number):
    return hl7.parse(
        "\r".join(
            [
                f"MSH|^~\\&|RIS|NORTH|FJ|HUB|20260106134418+0100||ORM^O01^ORM_O01|K{number}|P|2.5.1",
                f"PID|1||P{number}^^^NORTH^MR||DOE^JANE||19790328|F",
                f"ORC|NW|K{number}^NORTH",
                f"OBR|1|K{number}^NORTH||CTHEAD^CT Head^LOCAL" + "|" * 14 + f"K{number}",
            ]
        )
        + "\r"
    )


def main(port, first, last):
    client = None
    end = time.monotonic() + 120
    for number in range(first, last + 1):
        sent = 0
        while time.monotonic() < end:
            try:
                if client is None:
                    client = MLLPClient("127.0.0.1", port)
                    client.socket.settimeout(10)
                sent += 1
                answer = hl7.parse(client.send_message(order(number)).decode().strip("\x0b\x1c\r"))
                msa = answer.segment("MSA")
                assert str(msa[2]) == f"K{number}", f"another message's answer: {msa}"
                if str(msa[1]) == "AA":
                    print(f"K{number} {sent}", flush=True)
                    break
            except (OSError, socket.timeout, hl7.ParseException):
                if client is not None:
                    client.close()
                client = None
            time.sleep(0.02)
        else:
            sys.exit(f"K{number} was not acknowledged")


main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
