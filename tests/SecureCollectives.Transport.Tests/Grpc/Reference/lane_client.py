"""Opens a lane with the reference implementation of gRPC: lane_client.py PORT HELLO COUNT.

Sends the hello (hexadecimal), prints the answer, sends COUNT bytes back and ends.
"""
import queue
import sys

import grpc

from lane_bytes import decode, encode

LIMIT = 20
ANSWER = 32


def main():
    port, hello, left = sys.argv[1], bytes.fromhex(sys.argv[2]), int(sys.argv[3])
    outbox = queue.Queue()
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        attach = channel.stream_stream("/securecollectives.v1.Lanes/Attach", request_serializer=encode, response_deserializer=decode)
        # Send in pieces: message boundaries mean nothing.
        outbox.put(hello[:20])
        outbox.put(hello[20:])
        call = attach(iter(outbox.get, None), timeout=LIMIT)
        received, answered = b"", False
        try:
            for data in call:
                received += data
                if not answered and len(received) >= ANSWER:
                    print(received[:ANSWER].hex(), flush=True)
                    received, answered = received[ANSWER:], True
                if answered and received:
                    outbox.put(received)
                    left -= len(received)
                    received = b""
                    if left == 0:
                        outbox.put(None)
            print(call.code().name, flush=True)
        finally:
            outbox.put(None)


main()
