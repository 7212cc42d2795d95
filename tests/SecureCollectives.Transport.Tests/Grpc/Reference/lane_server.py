"""Accepts a lane with the reference implementation of gRPC.

Prints its port and the hello (hexadecimal), reads the answer, echoes what follows and ends when its peer does.
"""
import sys
from concurrent import futures

import grpc

from lane_bytes import decode, encode

HELLO = 56


def attach(requests, context):
    received, answered = b"", False
    for data in requests:
        received += data
        if not answered and len(received) >= HELLO:
            print(received[:HELLO].hex(), flush=True)
            yield bytes.fromhex(sys.stdin.readline())
            received, answered = received[HELLO:], True
        if answered and received:
            yield received
            received = b""


def main():
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=2))
    handler = grpc.stream_stream_rpc_method_handler(attach, request_deserializer=decode, response_serializer=encode)
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("securecollectives.v1.Lanes", {"Attach": handler}),))
    print(server.add_insecure_port("127.0.0.1:0"), flush=True)
    server.start()
    server.wait_for_termination(60)


main()
