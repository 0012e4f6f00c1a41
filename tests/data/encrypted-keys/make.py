#!/usr/bin/env python3
"""Makes rsa2048.json: content encryption keys encrypted to ../keys/rsa2048.pkcs8.pem, rightly and wrongly.

They are made for the tests and protect nothing. The padding is written out here by RFC 8017, since no library makes
a wrong one. Needs Python with `cryptography`, to read the key. Every run makes new encrypted keys.

A member of the file: `alg`, the header's; `what` is wrong with it, `valid` if nothing is; `cek`, what a reader who
does not notice would go on with; `encrypted_key`. Both are in base64url.
"""

import base64
import hashlib
import json
import os
from pathlib import Path

from cryptography.hazmat.primitives.serialization import load_pem_private_key

HERE = Path(__file__).parent
KEY = load_pem_private_key((HERE / "../keys/rsa2048.pkcs8.pem").read_bytes(), None)
N, E = KEY.public_key().public_numbers().n, KEY.public_key().public_numbers().e
SIZE = (N.bit_length() + 7) // 8
HASHES = {"RSA-OAEP": "sha1", "RSA-OAEP-256": "sha256", "RSA-OAEP-384": "sha384", "RSA-OAEP-512": "sha512"}
CEK_LEN = 16


def mgf1(name, seed, length):
    """RFC 8017 appendix B.2.1."""
    mask, counter = b"", 0
    while len(mask) < length:
        mask += hashlib.new(name, seed + counter.to_bytes(4, "big")).digest()
        counter += 1
    return mask[:length]


def xor(left, right):
    return bytes(a ^ b for a, b in zip(left, right))


def oaep(cek, name, mgf=None, label=b"", label_hash=None, first=0, separator=b"\x01", filler=0):
    """RFC 8017 section 7.1.1 step 2."""
    l_hash = hashlib.new(label_hash or name, label).digest()
    h_len = hashlib.new(name).digest_size
    l_hash = l_hash[:h_len].ljust(h_len, b"\0")
    padding = bytes([filler]) * (SIZE - len(cek) - 2 * h_len - 1 - len(separator))
    block = l_hash + padding + separator + cek
    seed = os.urandom(h_len)
    masked = xor(block, mgf1(mgf or name, seed, len(block)))
    masked_seed = xor(seed, mgf1(mgf or name, masked, h_len))
    return bytes([first]) + masked_seed + masked


def pkcs1(cek, start=b"\0\2", separator=b"\0"):
    """RFC 8017 section 7.2.1 step 2."""
    padding = bytes(1 + octet % 255 for octet in os.urandom(SIZE - 3 - len(cek)))
    return start + padding + separator + cek


def encrypt(block):
    """RFC 8017 section 5.1.1."""
    message = int.from_bytes(block, "big")
    assert len(block) == SIZE and message < N
    return pow(message, E, N).to_bytes(SIZE, "big")


def below_n(make):
    """A block that is a number below the modulus, which its random part decides where its first octet is not 0."""
    while True:
        block = make()
        if int.from_bytes(block, "big") < N:
            return block


def b64u(octets):
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


entries = []


def add(alg, what, make, cek=None):
    cek = os.urandom(CEK_LEN) if cek is None else cek
    block = below_n(lambda: make(cek))
    entries.append({"alg": alg, "what": what, "cek": b64u(cek), "encrypted_key": b64u(encrypt(block))})


for alg, name in HASHES.items():
    add(alg, "valid", lambda cek: oaep(cek, name))
    add(alg, "first octet 1", lambda cek: oaep(cek, name, first=1))
    add(alg, "first octet 2", lambda cek: oaep(cek, name, first=2))
    add(alg, "label", lambda cek: oaep(cek, name, label=b"label"))
    add(alg, "padding not zero", lambda cek: oaep(cek, name, filler=255))
    add(alg, "separator 0", lambda cek: oaep(cek, name, separator=b"\0"))
    add(alg, "separator 2", lambda cek: oaep(cek, name, separator=b"\2"))
    add(alg, "no separator", lambda cek: oaep(cek, name, separator=b""))
    for length in (0, 1, 8, 15, 17, 24, 32, 64):
        if length <= SIZE - 2 * hashlib.new(name).digest_size - 2:
            add(alg, f"key of {length} octets", lambda cek: oaep(cek, name), os.urandom(length))
    for other in ("sha1", "sha256", "sha512"):
        if other != name:
            add(alg, f"MGF1 with {other}", lambda cek: oaep(cek, name, mgf=other))
            add(alg, f"label hashed with {other}", lambda cek: oaep(cek, name, label_hash=other))
            add(alg, f"OAEP with {other}", lambda cek: oaep(cek, other))
    add(alg, "PKCS#1 v1.5", lambda cek: pkcs1(cek))

add("RSA1_5", "valid", lambda cek: pkcs1(cek))
add("RSA1_5", "random", lambda cek: b"\0" + os.urandom(SIZE - 1))
add("RSA1_5", "key of 15 octets", lambda cek: pkcs1(cek), os.urandom(15))
add("RSA1_5", "start 00 01", lambda cek: pkcs1(cek, start=b"\0\1"))
add("RSA1_5", "no separator", lambda cek: pkcs1(cek, separator=b"\1"))

lines = ",\n".join(json.dumps(entry) for entry in entries)
(HERE / "rsa2048.json").write_text(f"[\n{lines}\n]\n")
