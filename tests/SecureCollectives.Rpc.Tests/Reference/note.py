"""The message `Note` of echo.proto, written by hand to avoid a code generator."""


def encode(text):
    data = text.encode("utf-8")
    length, size = b"", len(data)
    while True:
        length += bytes([(size & 0x7F) | (0x80 if size > 0x7F else 0)])
        size >>= 7
        if not size:
            break
    return b"\x0a" + length + data if data else b""


def decode(message):
    if not message:
        return ""
    assert message[0] == 0x0A
    size, shift, at = 0, 0, 1
    while True:
        size |= (message[at] & 0x7F) << shift
        shift, at = shift + 7, at + 1
        if message[at - 1] < 0x80:
            break
    assert at + size == len(message)
    return message[at:].decode("utf-8")
