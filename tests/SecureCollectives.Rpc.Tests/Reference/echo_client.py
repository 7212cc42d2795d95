"""Makes one call of the tests' Echo service with the reference implementation: echo_client.py PORT SCENARIO. Prints JSON."""
import json
import sys

import grpc

from note import decode, encode

LIMIT = 20

# The deadline of calls that must reach their handler before it expires: ample on a channel that is ready.
DEADLINE = 5


def unary(method, request, **options):
    options.setdefault("timeout", LIMIT)
    return stream(lambda: iter([method(request, **options)]))


def stream(start, cancel_after_first=False):
    messages = []
    try:
        call = start()
        for message in call:
            messages.append(message)
            if cancel_after_first:
                call.cancel()
        return {"code": "OK", "messages": messages}
    except grpc.RpcError as error:
        return {"code": error.code().name, "details": error.details(), "messages": messages}


def watch(health_watch):
    for status in health_watch("echo", timeout=LIMIT):
        print(status, flush=True)


def main():
    with grpc.insecure_channel("127.0.0.1:" + sys.argv[1]) as channel:
        ready = grpc.channel_ready_future(channel)
        ready.result(timeout=LIMIT)
        echo = "/securecollectives.tests.Echo/"
        say = channel.unary_unary(echo + "Say", encode, decode)
        count = channel.unary_stream(echo + "Count", encode, decode)
        status = lambda message: message[1] if message else 0
        health = channel.unary_unary("/grpc.health.v1.Health/Check", encode, status)
        health_watch = channel.unary_stream("/grpc.health.v1.Health/Watch", encode, status)
        scenarios = {
            "unary": lambda: unary(say, "Grüße ☃"),
            "unary-fail": lambda: unary(say, "fail"),
            "unary-throws": lambda: unary(say, "throw"),
            "unary-deadline": lambda: unary(say, "wait", timeout=DEADLINE),
            "unary-oversized": lambda: unary(say, "x" * (5 << 20)),
            "unknown-method": lambda: unary(channel.unary_unary(echo + "Shout", encode, decode), "x"),
            "unknown-service": lambda: unary(channel.unary_unary("/securecollectives.tests.NoEcho/Say", encode, decode), "x"),
            "compressed": lambda: unary(say, "x" * 5000, compression=grpc.Compression.Gzip),
            "server-streaming": lambda: stream(lambda: count("1000", timeout=LIMIT)),
            "server-streaming-fail": lambda: stream(lambda: count("fail", timeout=LIMIT)),
            "server-streaming-cancel": lambda: stream(lambda: count("wait", timeout=LIMIT), cancel_after_first=True),
            "server-streaming-deadline": lambda: stream(lambda: count("wait", timeout=DEADLINE)),
            "health": lambda: unary(health, ""),
            "health-unknown": lambda: unary(health, "no.such.Service"),
            "health-watch": lambda: watch(health_watch),
        }
        print(json.dumps(scenarios[sys.argv[2]]()), flush=True)


main()
