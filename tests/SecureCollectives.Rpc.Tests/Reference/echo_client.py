"""One call of the tests' Echo service by the reference implementation: echo_client.py PORT SCENARIO. Prints JSON."""
import json
import queue
import sys

import grpc

from note import decode, encode

LIMIT = 20

# For calls that are to reach their handler and then end by it: ample on a channel that is ready.
DEADLINE = 5


def outcome(action):
    try:
        return action()
    except grpc.RpcError as error:
        trailers = {k: (v.hex() if isinstance(v, bytes) else v) for k, v in (error.trailing_metadata() or ())}
        return {"code": error.code().name, "details": error.details(), "trailers": trailers}


def when_ready(channel, action):
    grpc.channel_ready_future(channel).result(timeout=LIMIT)
    return action()


def drain(call):
    texts = []
    try:
        for text in call:
            texts.append(text)
        return {"code": call.code().name, "texts": texts}
    except grpc.RpcError as error:
        return {"code": error.code().name, "details": error.details(), "texts": texts}


def with_metadata(say):
    sent = (("x-text", "plain text"), ("x-raw-bin", b"\x00\x01\xfe\xff"))
    _, call = say.with_call("metadata", timeout=LIMIT, metadata=sent)
    as_json = lambda pairs: {k: (v.hex() if isinstance(v, bytes) else v) for k, v in pairs}
    return {"code": call.code().name, "initial": as_json(call.initial_metadata()), "trailing": as_json(call.trailing_metadata())}


def cancel_unary(say):
    future = say.future("wait", timeout=LIMIT)
    future.cancel()
    return {"cancelled": future.cancelled(), "code": future.code().name}


def cancel_stream(count):
    call = count("wait", timeout=LIMIT)
    first = next(call)
    call.cancel()
    return dict(drain(call), first=first)


def ping_pong(chat):
    outbox = queue.Queue()
    call = chat(iter(outbox.get, None), timeout=LIMIT)
    answers = []
    for number in range(5):
        outbox.put(str(number))
        answers.append(next(call))
    outbox.put(None)
    return dict(drain(call), answers=answers)


def health(channel, service):
    from_wire = lambda message: message[1] if message else 0
    check = channel.unary_unary("/grpc.health.v1.Health/Check", encode, from_wire)
    return outcome(lambda: {"code": "OK", "status": check(service, timeout=LIMIT)})


def health_watch(channel):
    from_wire = lambda message: message[1] if message else 0
    watch = channel.unary_stream("/grpc.health.v1.Health/Watch", encode, from_wire)
    call = watch("echo", timeout=LIMIT)
    first = next(call)
    print(json.dumps({"status": first}), flush=True)
    second = next(call)
    call.cancel()
    return {"status": second}


def main():
    codec = (encode, decode)
    with grpc.insecure_channel("127.0.0.1:" + sys.argv[1]) as channel:
        method = lambda kind, name: kind("/securecollectives.tests.Echo/" + name, *codec)
        say = method(channel.unary_unary, "Say")
        count = method(channel.unary_stream, "Count")
        join = method(channel.stream_unary, "Join")
        chat = method(channel.stream_stream, "Chat")
        scenarios = {
            "unary": lambda: {"code": "OK", "text": say("Grüße ☃", timeout=LIMIT)},
            "empty": lambda: {"code": "OK", "text": say("", timeout=LIMIT)},
            "large": lambda: {"code": "OK", "length": len(say("x" * (3 << 20), timeout=LIMIT))},
            "unary-fail": lambda: say("fail", timeout=LIMIT),
            "unary-deadline": lambda: when_ready(channel, lambda: say("wait", timeout=DEADLINE)),
            "unary-cancel": lambda: cancel_unary(say),
            "unary-oversized": lambda: say("x" * (5 << 20), timeout=LIMIT),
            "unary-remaining": lambda: {"code": "OK", "text": say("remaining", timeout=LIMIT)},
            "unary-throws": lambda: say("throw", timeout=LIMIT),
            "metadata": lambda: with_metadata(say),
            "unknown-method": lambda: method(channel.unary_unary, "Shout")("x", timeout=LIMIT),
            "compressed": lambda: say("x" * 5000, timeout=LIMIT, compression=grpc.Compression.Gzip),
            "server-streaming": lambda: drain(count("1000", timeout=LIMIT)),
            "server-streaming-fail": lambda: drain(count("fail", timeout=LIMIT)),
            "server-streaming-cancel": lambda: cancel_stream(count),
            "server-streaming-deadline": lambda: when_ready(channel, lambda: drain(count("wait", timeout=DEADLINE))),
            "client-streaming": lambda: {"code": "OK", "text": join(map(str, range(1000)), timeout=LIMIT)},
            "client-streaming-fail": lambda: join(iter(["a", "fail", "b"]), timeout=LIMIT),
            "duplex": lambda: ping_pong(chat),
            "duplex-fail": lambda: drain(chat(iter(["a", "fail"]), timeout=LIMIT)),
            "health": lambda: health(channel, ""),
            "health-unknown": lambda: health(channel, "no.such.Service"),
            "health-watch": lambda: health_watch(channel),
        }
        print(json.dumps(outcome(scenarios[sys.argv[2]])), flush=True)


main()
