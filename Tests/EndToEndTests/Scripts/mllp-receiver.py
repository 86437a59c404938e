"""Takes messages over MLLP as a hospital's system does: each is written down before it is acknowledged.

mllp-receiver.py PORT FILE    appends one line for each message: control id, type, placer number, ORC-1, ORC-5, OBR-25, texts.
A message with REFUSE in a text is answered AE as long as there is no FILE.mended.
"""

import asyncio
import os
import sys

import hl7
from hl7.mllp import start_hl7_server


def field(message, segment, number):
    try:
        return str(message.segment(segment)[number])
    except (KeyError, IndexError):
        return ""


async def serve(reader, writer, path):
    while not writer.is_closing():
        try:
            message = await reader.readmessage()
        except asyncio.IncompleteReadError:
            break
        texts = "~".join(str(segment[5]) for segment in message if str(segment[0]) == "OBX")
        if "REFUSE" in texts and not os.path.exists(path + ".mended"):
            writer.writemessage(message.create_ack("AE"))
            await writer.drain()
            continue
        line = "\t".join(
            [
                field(message, "MSH", 10), field(message, "MSH", 9), field(message, "ORC", 2), field(message, "ORC", 1),
                field(message, "ORC", 5), field(message, "OBR", 25), texts,
            ]
        )
        with open(path, "a") as file:
            file.write(line + "\n")
            file.flush()
            os.fsync(file.fileno())
        writer.writemessage(message.create_ack())
        await writer.drain()
    writer.close()


async def main(port, path):
    server = await start_hl7_server(lambda reader, writer: serve(reader, writer, path), port=port, host="127.0.0.1")
    print("ready", flush=True)
    async with server:
        await server.serve_forever()


asyncio.run(main(int(sys.argv[1]), sys.argv[2]))
