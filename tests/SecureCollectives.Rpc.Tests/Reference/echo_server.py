"""The tests' Echo service on the reference implementation. Prints its port, and exits when its standard input ends."""
import sys
import threading
from concurrent import futures

import grpc

from note import decode, encode

FAILURE = "schief gegangen: 50 % ✗\nzweite Zeile"


def fail(context):
    context.abort(grpc.StatusCode.FAILED_PRECONDITION, FAILURE)


def wait(context):
    ended = threading.Event()
    if context.add_callback(ended.set):
        ended.wait(20)


def say(request, context):
    if request == "fail":
        fail(context)
    if request == "wait":
        wait(context)
    if request == "grow":
        return "g" * (5 << 20)
    if request == "remaining":
        return str(context.time_remaining())
    return request


def count(request, context):
    if request == "wait":
        yield "waiting"
        wait(context)
        return
    if request == "fail":
        yield "0"
        yield "1"
        fail(context)
    for number in range(int(request)):
        yield str(number)


def main():
    codec = dict(request_deserializer=decode, response_serializer=encode)
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=8))
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("securecollectives.tests.Echo", {
        "Say": grpc.unary_unary_rpc_method_handler(say, **codec),
        "Count": grpc.unary_stream_rpc_method_handler(count, **codec),
    }),))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)
    sys.stdin.read()
    server.stop(0).wait(5)


main()
