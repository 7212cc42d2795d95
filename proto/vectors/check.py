#!/usr/bin/env python3
"""Recomputes every output of wire.json from its inputs, with nothing but Python's standard library.

Follows proto/README.md and shares no code with the library, so that each checks the other; --write made the file's outputs. It is also the
shortest complete implementation of the key schedule and of sealing. Not constant-time, never for use with real secrets.

    check.py            compares and exits with 1 on the first difference
    check.py --write    replaces the outputs
"""
import hashlib
import hmac
import json
import pathlib
import struct
import sys

VECTORS = pathlib.Path(__file__).with_name("wire.json")
NONE, AES_256_GCM, CHACHA20_POLY1305, AEGIS_128L, AEGIS_256 = 0, 1, 2, 3, 4
P256_ALONE, P256_AND_ML_KEM_768 = 1, 2


# P-256 (FIPS 186-4, D.1.2.3), affine.
P = 2**256 - 2**224 + 2**192 + 2**96 - 1
G = (0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
     0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5)


def add(a, b):
    if a is None or b is None:
        return a or b
    if a[0] == b[0] and (a[1] + b[1]) % P == 0:
        return None
    if a == b:
        slope = (3 * a[0] * a[0] - 3) * pow(2 * a[1], -1, P)
    else:
        slope = (b[1] - a[1]) * pow(b[0] - a[0], -1, P)
    x = (slope * slope - a[0] - b[0]) % P
    return x, (slope * (a[0] - x) - a[1]) % P


def multiply(scalar, point):
    total = None
    while scalar:
        if scalar & 1:
            total = add(total, point)
        point = add(point, point)
        scalar >>= 1
    return total


def encode_point(point):
    return b"\x04" + point[0].to_bytes(32, "big") + point[1].to_bytes(32, "big")


# ML-KEM-768 (FIPS 203): K-PKE's parameters, the number-theoretic transform, sampling, encoding, and the KEM's key generation and
# encapsulation.
Q, RANK, U_BITS, V_BITS = 3329, 3, 10, 4


def reverse_bits(number):
    return int(f"{number:07b}"[::-1], 2)


ZETAS = [pow(17, reverse_bits(i), Q) for i in range(128)]
GAMMAS = [pow(17, 2 * reverse_bits(i) + 1, Q) for i in range(128)]


def ntt(f):
    f, zeta, half = list(f), 1, 128
    while half >= 2:
        for start in range(0, 256, 2 * half):
            for j in range(start, start + half):
                turned = ZETAS[zeta] * f[j + half]
                f[j], f[j + half] = (f[j] + turned) % Q, (f[j] - turned) % Q
            zeta += 1
        half //= 2
    return f


def inverse_ntt(f):
    f, zeta, half = list(f), 127, 2
    while half <= 128:
        for start in range(0, 256, 2 * half):
            for j in range(start, start + half):
                f[j], f[j + half] = (f[j] + f[j + half]) % Q, ZETAS[zeta] * (f[j + half] - f[j]) % Q
            zeta -= 1
        half *= 2
    return [value * 3303 % Q for value in f]


def add_polynomials(*terms):
    return [sum(values) % Q for values in zip(*terms)]


def dot(left, right):
    total = [0] * 256
    for f, g in zip(left, right):
        for i, gamma in enumerate(GAMMAS):
            (a, b), (c, d) = f[2 * i:2 * i + 2], g[2 * i:2 * i + 2]
            total[2 * i] += a * c + b * d * gamma
            total[2 * i + 1] += a * d + b * c
    return [value % Q for value in total]


def sample_uniform(seed):
    stream, values = hashlib.shake_128(seed).digest(4096), []
    for a, b, c in zip(*[iter(stream)] * 3):
        values += [value for value in (a | (b & 15) << 8, b >> 4 | c << 4) if value < Q]
    assert len(values) >= 256
    return values[:256]


def sample_small(seed, number):
    bits = int.from_bytes(hashlib.shake_256(seed + bytes([number])).digest(128), "little")
    count = lambda at: (bits >> at & 1) + (bits >> at + 1 & 1)
    return [(count(4 * i) - count(4 * i + 2)) % Q for i in range(256)]


def sample_matrix(rho):
    return [[sample_uniform(rho + bytes([column, row])) for column in range(RANK)] for row in range(RANK)]


def encode(values, width):
    return sum(value << width * i for i, value in enumerate(values)).to_bytes(32 * width, "little")


def decode(data, width):
    number = int.from_bytes(data, "little")
    return [number >> width * i & (1 << width) - 1 for i in range(256)]


def compress(values, width):
    return [((value << width + 1) + Q) // (2 * Q) % (1 << width) for value in values]


def make_encapsulation_key(seed):
    made = hashlib.sha3_512(seed[:32] + bytes([RANK])).digest()
    rho, sigma = made[:32], made[32:]
    secret = [ntt(sample_small(sigma, i)) for i in range(RANK)]
    errors = [ntt(sample_small(sigma, RANK + i)) for i in range(RANK)]
    rows = [add_polynomials(dot(row, secret), error) for row, error in zip(sample_matrix(rho), errors)]
    return b"".join(encode(row, 12) for row in rows) + rho


def encapsulate(key, randomness):
    made = hashlib.sha3_512(randomness + hashlib.sha3_256(key).digest()).digest()
    secret, seed = made[:32], made[32:]
    rows, matrix = [decode(key[384 * i:384 * (i + 1)], 12) for i in range(RANK)], sample_matrix(key[384 * RANK:])
    blind = [ntt(sample_small(seed, i)) for i in range(RANK)]
    message = [bit * ((Q + 1) // 2) for bit in decode(randomness, 1)]
    u = [add_polynomials(inverse_ntt(dot(column, blind)), sample_small(seed, RANK + i)) for i, column in enumerate(zip(*matrix))]
    v = add_polynomials(inverse_ntt(dot(rows, blind)), sample_small(seed, 2 * RANK), message)
    return b"".join(encode(compress(f, U_BITS), U_BITS) for f in u) + encode(compress(v, V_BITS), V_BITS), secret


# HKDF-SHA256 (RFC 5869).
def mac(key, data):
    return hmac.new(key, data, hashlib.sha256).digest()


def expand(prk, info, length):
    return mac(prk, info + b"\x01")[:length]  # no output here is longer than one block


# AES-256-GCM (FIPS 197, NIST SP 800-38D), one block at a time.
def times_two(value):
    return (value << 1 ^ 0x11B) & 0xFF if value & 0x80 else value << 1


def make_sbox():
    log, power, value = [0] * 256, [0] * 256, 1
    for exponent in range(255):
        log[value], power[exponent] = exponent, value
        value ^= times_two(value)
    box = [0x63] * 256
    for byte in range(1, 256):
        inverse = power[(255 - log[byte]) % 255]
        for turn in range(5):
            box[byte] ^= (inverse << turn | inverse >> (8 - turn)) & 0xFF
    return box


SBOX = make_sbox()


def expand_aes_key(key):
    words, constant = [list(key[i:i + 4]) for i in range(0, 32, 4)], 1
    for index in range(8, 60):
        word = words[-1]
        if index % 8 == 0:
            word = [SBOX[b] for b in word[1:] + word[:1]]
            word[0] ^= constant
            constant = times_two(constant)
        elif index % 8 == 4:
            word = [SBOX[b] for b in word]
        words.append([a ^ b for a, b in zip(words[-8], word)])
    return [sum(words[i:i + 4], []) for i in range(0, 60, 4)]


def substitute_and_shift(state):
    return [SBOX[state[(i + 4 * (i % 4)) % 16]] for i in range(16)]


def mix_columns(state):
    mixed = []
    for column in range(0, 16, 4):
        word = state[column:column + 4]
        every = word[0] ^ word[1] ^ word[2] ^ word[3]
        mixed += [word[i] ^ every ^ times_two(word[i] ^ word[(i + 1) % 4]) for i in range(4)]
    return mixed


def aes_block(round_keys, block):
    state = xor(block, round_keys[0])
    for round_key in round_keys[1:-1]:
        state = aes_round(state, round_key)
    return xor(substitute_and_shift(state), round_keys[-1])


def aes_round(state, round_key):
    return xor(mix_columns(substitute_and_shift(state)), round_key)


def gcm_multiply(x, y):
    product = 0
    for bit in range(127, -1, -1):
        if x >> bit & 1:
            product ^= y
        y = y >> 1 ^ (0xE1 << 120 if y & 1 else 0)
    return product


def pad16(data):
    return data + bytes(-len(data) % 16)


def xor(a, b):
    return bytes(x ^ y for x, y in zip(a, b))


def seal_aes_256_gcm(key, nonce, header, payload):
    keys = expand_aes_key(key)
    hash_key = int.from_bytes(aes_block(keys, bytes(16)), "big")
    sealed = b"".join(
        xor(payload[i:i + 16], aes_block(keys, nonce + struct.pack(">I", 2 + i // 16))) for i in range(0, len(payload), 16))
    digest, covered = 0, pad16(header) + pad16(sealed) + struct.pack(">QQ", 8 * len(header), 8 * len(sealed))
    for i in range(0, len(covered), 16):
        digest = gcm_multiply(digest ^ int.from_bytes(covered[i:i + 16], "big"), hash_key)
    return sealed + xor(digest.to_bytes(16, "big"), aes_block(keys, nonce + struct.pack(">I", 1)))


# ChaCha20-Poly1305 (RFC 8439).
def chacha_block(key, nonce, counter):
    start = struct.unpack("<16I", b"expand 32-byte k" + key + struct.pack("<I", counter) + nonce)
    state = list(start)

    def step(a, b, d, turn):
        state[a] = (state[a] + state[b]) & 0xFFFFFFFF
        mixed = state[d] ^ state[a]
        state[d] = (mixed << turn | mixed >> (32 - turn)) & 0xFFFFFFFF

    for _ in range(10):
        for a, b, c, d in ((0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15),
                           (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14)):
            step(a, b, d, 16)
            step(c, d, b, 12)
            step(a, b, d, 8)
            step(c, d, b, 7)
    return struct.pack("<16I", *((a + b) & 0xFFFFFFFF for a, b in zip(state, start)))


def seal_chacha20_poly1305(key, nonce, header, payload):
    sealed = b"".join(xor(payload[i:i + 64], chacha_block(key, nonce, 1 + i // 64)) for i in range(0, len(payload), 64))
    once = chacha_block(key, nonce, 0)
    multiplier = int.from_bytes(once[:16], "little") & 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF
    digest, covered = 0, pad16(header) + pad16(sealed) + struct.pack("<QQ", len(header), len(sealed))
    for i in range(0, len(covered), 16):
        digest = (digest + int.from_bytes(covered[i:i + 16] + b"\x01", "little")) * multiplier % (2**130 - 5)
    return sealed + ((digest + int.from_bytes(once[16:32], "little")) % 2**128).to_bytes(16, "little")


# AEGIS-128L and AEGIS-256 with tags of 256 bits (draft-irtf-cfrg-aegis-aead).
C0, C1 = bytes.fromhex("000101020305080d1522375990e97962"), bytes.fromhex("db3d18556dc22ff12011314273b528dd")


def both(a, b):
    return bytes(x & y for x, y in zip(a, b))


def xor_all(first, *others):
    for other in others:
        first = xor(first, other)
    return first


def seal_aegis(rate, state, update, stream, lengths_at, halves, header, payload):
    """What both variants have in common; `state` is initialised."""
    for i in range(0, len(header), rate):
        update(state, header[i:i + rate].ljust(rate, b"\0"))
    sealed = b""
    for i in range(0, len(payload), rate):
        sealed += xor(payload[i:i + rate], stream(state))
        update(state, payload[i:i + rate].ljust(rate, b"\0"))
    lengths = xor(state[lengths_at], struct.pack("<QQ", 8 * len(header), 8 * len(payload)))
    for _ in range(7):
        update(state, lengths * (rate // 16))
    return sealed + xor_all(*state[:halves]) + xor_all(*state[halves:])


def seal_aegis_128l(key, nonce, header, payload):
    def update(s, m):
        inputs = [xor(s[0], m[:16]), *s[1:4], xor(s[4], m[16:]), *s[5:]]
        s[:] = [aes_round(s[i - 1], inputs[i]) for i in range(8)]

    def stream(s):
        return xor_all(s[6], s[1], both(s[2], s[3])) + xor_all(s[5], s[2], both(s[6], s[7]))

    both_in = xor(key, nonce)
    state = [both_in, C1, C0, C1, both_in, xor(key, C0), xor(key, C1), xor(key, C0)]
    for _ in range(10):
        update(state, nonce + key)
    return seal_aegis(32, state, update, stream, 2, 4, header, payload)


def seal_aegis_256(key, nonce, header, payload):
    def update(s, m):
        inputs = [xor(s[0], m), *s[1:]]
        s[:] = [aes_round(s[i - 1], inputs[i]) for i in range(6)]

    def stream(s):
        return xor_all(s[1], s[4], s[5], both(s[2], s[3]))

    k0, k1, both_in = key[:16], key[16:], xor(key, nonce)
    state = [both_in[:16], both_in[16:], C1, C0, xor(k0, C0), xor(k1, C1)]
    for _ in range(4):
        for block in (k0, k1, both_in[:16], both_in[16:]):
            update(state, block)
    return seal_aegis(16, state, update, stream, 3, 3, header, payload)


# proto/README.md: suites, transcript, key schedule, hello, frames.
SUITES = {  # lengths of key and nonce, and how to seal
    AES_256_GCM: (32, 12, seal_aes_256_gcm),
    CHACHA20_POLY1305: (32, 12, seal_chacha20_poly1305),
    AEGIS_128L: (16, 16, seal_aegis_128l),
    AEGIS_256: (32, 32, seal_aegis_256),
}


def make_transcript(link, initiator_key, responder_key, encapsulation_key, ciphertext):
    fields = [
        b"sc5 link",
        bytes([5]),
        bytes([link["suite"]]),
        bytes([link["protection"]]),
        bytes([link["transport"]]),
        bytes.fromhex(link["sessionId"]),
        struct.pack(">Q", link["epoch"]),
        bytes.fromhex(link["communicatorId"]),
        bytes.fromhex(link["parameterHash"]),
        bytes([link["keyAgreement"]]),
        bytes([link["medium"]]),
        struct.pack(">H", link["channel"]),
        bytes.fromhex(link["linkId"]),
        struct.pack(">I", link["initiatorRank"]),
        struct.pack(">I", link["responderRank"]),
        struct.pack(">H", link["laneCount"]),
        struct.pack(">Q", link["operation"]),
        bytes([link["cause"]]),
        bytes.fromhex(link["firstLink"]),
        struct.pack(">Q", link["replacement"]),
        struct.pack(f">{link['laneCount']}Q", *link["initiatorPositions"]),
        struct.pack(f">{link['laneCount']}Q", *link["responderPositions"]),
        bytes.fromhex(link["initiatorLeafHash"]),
        bytes.fromhex(link["responderLeafHash"]),
        initiator_key,
        responder_key,
        encapsulation_key,
        ciphertext,
        bytes.fromhex(link["initiatorContribution"]),
        bytes.fromhex(link["responderContribution"]),
    ]
    return b"".join(struct.pack(">I", len(field)) + field for field in fields)


def lane_info(label, lane, sender, receiver):
    return label + struct.pack(">HII", lane, sender, receiver)


def make_chain(chain, generation):
    for _ in range(generation):
        chain = expand(chain, b"sc1 next", 32)
    return chain


def make_key(suite, chain):
    key_length, nonce_length, seal = SUITES[suite]
    return expand(chain, b"sc1 key", key_length), expand(chain, b"sc1 iv", nonce_length), seal


def make_direction(link, prk, lane, sender, receiver):
    chain = expand(prk, lane_info(b"sc1 chain", lane, sender, receiver), 32)
    generations = []
    for number in range(link["generations"]):
        stepped = make_chain(chain, number)
        generations.append({"generation": number, "chain": stepped.hex()})
        if link["suite"] != NONE:
            key, iv, _ = make_key(link["suite"], stepped)
            generations[-1].update(key=key.hex(), iv=iv.hex())
    hello_key = expand(prk, lane_info(b"sc1 hello", lane, sender, receiver), 32)
    return {"lane": lane, "sender": sender, "receiver": receiver, "helloKey": hello_key.hex(), "generations": generations}


def make_hello(link, prk, lane):
    initiator, responder = link["initiatorRank"], link["responderRank"]
    signed = b"SCL1" + struct.pack(">BBH", 1, 0, lane) + bytes.fromhex(link["linkId"])
    hello = signed + mac(expand(prk, lane_info(b"sc1 hello", lane, initiator, responder), 32), signed)
    answer = mac(expand(prk, lane_info(b"sc1 hello", lane, responder, initiator), 32), hello)
    return {"lane": lane, "hello": hello.hex(), "answer": answer.hex()}


def make_frame(link, prk, frame):
    payload, counter = bytes.fromhex(frame["payload"]), frame["counter"]
    header = struct.pack(">BBBBIQQII", 1, frame["kind"], frame["phase"], 0, len(payload), counter,
                         frame["operation"], frame["step"], frame["chunk"])
    if link["suite"] == NONE:
        return {"wire": (header + payload).hex()}
    chain = expand(prk, lane_info(b"sc1 chain", frame["lane"], frame["sender"], frame["receiver"]), 32)
    key, iv, seal = make_key(link["suite"], make_chain(chain, counter >> 16))
    nonce = xor(iv, counter.to_bytes(len(iv), "big"))
    return {"nonce": nonce.hex(), "wire": (header + seal(key, nonce, header, payload)).hex()}


def make_outputs(link):
    initiator, responder = int(link["initiatorPrivateKey"], 16), int(link["responderPrivateKey"], 16)
    initiator_point, responder_point = multiply(initiator, G), multiply(responder, G)
    ecdh_secret = multiply(initiator, responder_point)[0].to_bytes(32, "big")
    encapsulation_key, ciphertext, kem_secret = b"", b"", b""
    if link["keyAgreement"] == P256_AND_ML_KEM_768:
        encapsulation_key = make_encapsulation_key(bytes.fromhex(link["mlKemSeed"]))
        ciphertext, kem_secret = encapsulate(encapsulation_key, bytes.fromhex(link["mlKemRandomness"]))
    transcript = make_transcript(link, encode_point(initiator_point), encode_point(responder_point), encapsulation_key, ciphertext)
    salt = hashlib.sha256(transcript).digest()
    prk = mac(salt, ecdh_secret + kem_secret + bytes.fromhex(link["initiatorContribution"]) + bytes.fromhex(link["responderContribution"]))
    ends = (link["initiatorRank"], link["responderRank"])
    return {
        "initiatorPublicKey": encode_point(initiator_point).hex(),
        "responderPublicKey": encode_point(responder_point).hex(),
        "ecdhSecret": ecdh_secret.hex(),
        "encapsulationKey": encapsulation_key.hex(),
        "ciphertext": ciphertext.hex(),
        "mlKemSecret": kem_secret.hex(),
        "transcript": transcript.hex(),
        "transcriptHash": salt.hex(),
        "prk": prk.hex(),
        "directions": [make_direction(link, prk, lane, *way)
                       for lane in range(link["laneCount"]) for way in (ends, ends[::-1])],
        "hellos": [make_hello(link, prk, lane) for lane in range(link["laneCount"])],
        "frames": [make_frame(link, prk, frame) for frame in link["frames"]],
    }


def main():
    document = json.loads(VECTORS.read_text())
    for link in document["links"]:
        outputs = make_outputs(link["in"])
        if "--write" in sys.argv:
            link["out"] = outputs
            continue
        for name, value in outputs.items():
            if link["out"].get(name) != value:
                sys.exit(f"{link['name']}: {name} differs: {link['out'].get(name)} is not {value}")
        if set(link["out"]) != set(outputs):
            sys.exit(f"{link['name']}: outputs that the specification does not have")
    if "--write" in sys.argv:
        VECTORS.write_text(json.dumps(document, indent=2) + "\n")
    frames = sum(len(link["in"]["frames"]) for link in document["links"])
    print(f"{len(document['links'])} links and {frames} frames agree")


if __name__ == "__main__":
    main()
