"""Holds as many hostile connections to a server as it can, from many addresses of loopback, and opens each again that is closed.

    flood.py SECONDS CONNECTIONS PORT [KINDS]

Of ten connections four say nothing, three begin TLS and drip, one sends a head by the line, one a body that nobody signed by the drop, one
asks for large answers and reads none; KINDS names others, as digits. Prints how many were opened, closed by the server, and held at most.
"""

import asyncio
import random
import ssl
import sys
import time

seconds, count, port = float(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
kinds = [int(digit) for digit in (sys.argv[4] if len(sys.argv) > 4 else "0123456789")]
per_address = 50
end = time.monotonic() + seconds
opened = closed = held = most = failed = 0
trust = ssl.create_default_context()
trust.check_hostname, trust.verify_mode = False, ssl.CERT_NONE
hello = bytes.fromhex("1603010200010001fc0303") + bytes(32)
shaking = asyncio.Semaphore(64)


async def drip(writer, piece, pause=2.0):
    while time.monotonic() < end:
        writer.write(piece)
        await writer.drain()
        await asyncio.sleep(pause)


async def attack(kind, writer):
    if kind < 4:
        await asyncio.sleep(max(0.0, end - time.monotonic()))
    elif kind < 7:
        writer.write(hello)
        await drip(writer, b"\0")
    elif kind == 7:
        writer.write(b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\n")
        await drip(writer, b"X-a: b\r\n")
    elif kind == 8:
        writer.write(b"POST /v1/hello HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2000000\r\n\r\n" + bytes(60_000))
        await drip(writer, bytes(2_000))
    else:
        writer.transport.pause_reading()
        writer.write(b"GET /openapi.json HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * 100)
        await drip(writer, b"GET /openapi.json HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")


async def ended(reader):
    """Until the server closes: what it says is thrown away."""
    while await reader.read(1 << 16):
        pass


async def connection(number):
    global opened, closed, held, most, failed
    source = f"127.0.{1 + number // per_address // 250}.{1 + number // per_address % 250}"
    kind = kinds[number % len(kinds)]
    await asyncio.sleep(number / 1_000)
    while time.monotonic() < end:
        writer = None
        try:
            secure = {"ssl": trust, "ssl_handshake_timeout": 20} if kind >= 7 else {}
            async with shaking:
                reader, writer = await asyncio.open_connection("127.0.0.1", port, local_addr=(source, 0), **secure)
            opened += 1
            held += 1
            most = max(most, held)
            tasks = {asyncio.create_task(attack(kind, writer))}
            if kind != 9:
                tasks.add(asyncio.create_task(ended(reader)))
            done, waiting = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED, timeout=max(0.1, end - time.monotonic()))
            for task in waiting:
                task.cancel()
            for task in done:
                task.exception()
            held -= 1
            closed += 1 if time.monotonic() < end else 0
        except (OSError, asyncio.TimeoutError):
            failed += 1
        finally:
            if writer is not None:
                writer.transport.abort()
        await asyncio.sleep(1 + random.random())


async def main():
    tasks = [asyncio.create_task(connection(number)) for number in range(count)]
    await asyncio.wait(tasks, timeout=seconds + 5)
    for task in tasks:
        task.cancel()


asyncio.run(main())
print(f"opened {opened} closed-by-server {closed} failed {failed} held-at-most {most}")
