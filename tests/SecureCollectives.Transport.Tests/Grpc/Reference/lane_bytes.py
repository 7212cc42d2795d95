"""The message `LaneBytes` of lanes.proto, written by hand to avoid a code generator."""


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
