"""A lane by the reference implementation of gRPC: lane_client.py PORT HELLO COUNT. Sends the hello (hexadecimal), prints the answer, sends so many bytes back and ends."""
import queue
import sys

import grpc

LIMIT = 20
ANSWER = 32


def varint(number):
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def encode(data):
    """LaneBytes: field 1, bytes."""
    return b"\x0a" + varint(len(data)) + data if data else b""


def decode(message):
    if not message:
        return b""
    assert message[0] == 0x0A, message[:8].hex()
    shift, length, at = 0, 0, 1
    while True:
        length |= (message[at] & 0x7F) << shift
        shift, at = shift + 7, at + 1
        if message[at - 1] < 0x80:
            break
    assert at + length == len(message)
    return message[at:]


def main():
    port, hello, left = sys.argv[1], bytes.fromhex(sys.argv[2]), int(sys.argv[3])
    outbox = queue.Queue()
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        attach = channel.stream_stream("/securecollectives.v1.Lanes/Attach", request_serializer=encode, response_deserializer=decode)
        # In pieces: where a message ends means nothing.
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
