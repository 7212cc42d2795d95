"""Calls Worker.OpenLink with the reference implementation of gRPC, as rank 0 of a world of at least two.

open_link.py VECTORS PORT CERTIFICATE KEY AUTHORITY PEER SESSION PARAMETERS

VECTORS is the folder of check.py, which implements P-256 and ML-KEM-768 in Python; the call uses its own encapsulation key and point. PEER
is the responder's URI. Prints one JSON object: for each case the status and, for a reply, the lengths of its fields.
"""
import json
import os
import sys

import grpc

sys.path.insert(0, sys.argv[1])
from check import G, encode_point, make_encapsulation_key, multiply

LIMIT = 20
FIELDS = {"session_id": 1, "epoch": 2, "communicator_id": 3, "parameters": 4, "initiator_rank": 5, "responder_rank": 6,
          "contribution": 7, "public_key": 8, "operation": 10, "encapsulation_key": 11,
          "positions": 12, "cause": 13, "first_link": 14, "replacement": 15}
REPLY = {1: "link_id", 2: "contribution", 3: "public_key", 4: "lane_endpoint", 5: "ciphertext", 6: "positions"}


def varint(number):
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def encode(message):
    out = b""
    for name, value in message.items():
        if isinstance(value, list):  # numbers, packed
            value = b"".join(map(varint, value))
        if isinstance(value, int):
            out += varint(FIELDS[name] << 3) + varint(value)
        else:
            out += varint(FIELDS[name] << 3 | 2) + varint(len(value)) + value
    return out


def read_varint(data, at):
    shift, number = 0, 0
    while True:
        number |= (data[at] & 0x7F) << shift
        shift, at = shift + 7, at + 1
        if data[at - 1] < 0x80:
            return number, at


def decode(data):
    fields, at = {}, 0
    while at < len(data):
        key, at = read_varint(data, at)
        assert key & 7 == 2, "every field of a reply is bytes or text"
        length, at = read_varint(data, at)
        fields[REPLY[key >> 3]] = data[at:at + length]
        at += length
    return fields


def read(path):
    with open(path, "rb") as file:
        return file.read()


def main():
    _, _, port, certificate, key, authority, peer, session, parameters = sys.argv
    scalar = int.from_bytes(os.urandom(32), "big") >> 1 | 1
    encapsulation_key = make_encapsulation_key(os.urandom(64))
    good = {
        "session_id": bytes.fromhex(session), "epoch": 1, "communicator_id": b"gradients", "parameters": parameters.encode(),
        "initiator_rank": 0, "responder_rank": 1, "contribution": os.urandom(32), "public_key": encode_point(multiply(scalar, G)),
        "encapsulation_key": encapsulation_key, "positions": [0],
    }
    cases = {
        "good": {},
        "no encapsulation key": {"encapsulation_key": b""},
        "short encapsulation key": {"encapsulation_key": encapsulation_key[1:]},
        "long encapsulation key": {"encapsulation_key": encapsulation_key + b"\0"},
        "encapsulation key not reduced": {"encapsulation_key": b"\xff\xff" + encapsulation_key[2:]},
        "point off the curve": {"public_key": b"\x04" + bytes(64)},
        "short contribution": {"contribution": bytes(31)},
        "no positions": {"positions": []},
        "a position on a first link": {"positions": [1]},
        "two positions": {"positions": [0, 0]},
        "replacement of nothing": {"replacement": 1, "cause": 1, "positions": [1 << 63]},
        "replacement of another link": {"replacement": 1, "cause": 1, "positions": [1 << 63], "first_link": bytes(16), "communicator_id": b"others"},
        "other session": {"session_id": bytes(32)},
        "other rank": {"initiator_rank": 1, "responder_rank": 2},
    }
    credentials = grpc.ssl_channel_credentials(read(authority), read(key), read(certificate))
    results = {}
    # The name that the certificate must have. The brackets keep the library from parsing the text after the URI's colon as a port.
    options = [("grpc.ssl_target_name_override", f"[{peer}]"), ("grpc.default_authority", "127.0.0.1")]
    with grpc.secure_channel(f"127.0.0.1:{port}", credentials, options=options) as channel:
        open_link = channel.unary_unary("/securecollectives.v1.Worker/OpenLink", request_serializer=encode, response_deserializer=decode)
        for name, change in cases.items():
            try:
                reply = open_link({**good, **change}, timeout=LIMIT)
                results[name] = {"code": "OK", **{field: len(value) for field, value in reply.items()}}
            except grpc.RpcError as error:
                results[name] = {"code": error.code().name, "details": error.details()}
    print(json.dumps(results), flush=True)


main()
