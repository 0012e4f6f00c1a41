#!/usr/bin/env python3
"""Makes the JWK sets of this directory, shaped like those that services publish, and tokens.json.

They are made for the tests and protect nothing: every private key is forgotten when the script ends. Needs Python with
`cryptography`. Every run makes new keys.

tokens.json has a token of the private half of every usable key: {file: [{"index", "alg", "token"}]}, the header of
which has the `kid` of the entry, if it has one.
"""

import base64
import datetime
import hashlib
import json
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils, x25519
from cryptography.x509.oid import NameOID

HERE = Path(__file__).parent
CURVES = {"P-256": ec.SECP256R1(), "P-384": ec.SECP384R1()}
ECDSA = {"ES256": (hashes.SHA256(), 32), "ES384": (hashes.SHA384(), 48)}
TOKENS = {}


def b64u(octets):
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def integer(value, length=None):
    return b64u(value.to_bytes(length or (value.bit_length() + 7) // 8, "big"))


def new_key(kind):
    if kind == "RSA":
        return rsa.generate_private_key(65537, 2048)
    if kind == "Ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    if kind == "X25519":
        return x25519.X25519PrivateKey.generate()
    return ec.generate_private_key(CURVES[kind])


def public_members(kind, key):
    public = key.public_key()
    if kind == "RSA":
        numbers = public.public_numbers()
        return {"kty": "RSA", "n": integer(numbers.n), "e": integer(numbers.e)}
    if kind in ("Ed25519", "X25519"):
        raw = public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        return {"kty": "OKP", "crv": kind, "x": b64u(raw)}
    numbers, size = public.public_numbers(), (key.curve.key_size + 7) // 8
    return {"kty": "EC", "crv": kind, "x": integer(numbers.x, size), "y": integer(numbers.y, size)}


def private_members(kind, key):
    numbers = key.private_numbers()
    if kind == "RSA":
        names = {"d": numbers.d, "p": numbers.p, "q": numbers.q, "dp": numbers.dmp1, "dq": numbers.dmq1, "qi": numbers.iqmp}
        return {name: integer(value) for name, value in names.items()}
    return {"d": integer(numbers.private_value, (key.curve.key_size + 7) // 8)}


def sign(alg, key, message):
    if alg == "EdDSA" or alg == "Ed25519":
        return key.sign(message)
    if alg in ECDSA:
        digest, size = ECDSA[alg]
        r, s = utils.decode_dss_signature(key.sign(message, ec.ECDSA(digest)))
        return r.to_bytes(size, "big") + s.to_bytes(size, "big")
    if alg == "PS256":
        return key.sign(message, padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())
    return key.sign(message, padding.PKCS1v15(), hashes.SHA256())


def token(alg, key, kid):
    header = {"alg": alg} | ({"kid": kid} if kid is not None else {})
    parts = [json.dumps(header), json.dumps({"iss": "https://id.example", "sub": "alice"})]
    message = ".".join(b64u(part.encode()) for part in parts)
    return message + "." + b64u(sign(alg, key, message.encode()))


def certificate(key, issuer_key=None):
    """Self-signed, or by `issuer_key`; long expired, since nobody looks at it."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "made for the tests of josie")])
    start = datetime.datetime(2020, 1, 1)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), start,
                                      start + datetime.timedelta(days=1))
    signer = issuer_key or key
    digest = None if isinstance(signer, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    return builder.sign(signer, digest).public_bytes(serialization.Encoding.DER)


def x5(*chain):
    own = chain[0]
    return {
        "x5c": [base64.b64encode(der).decode() for der in chain],
        "x5t": b64u(hashlib.sha1(own).digest()),
        "x5t#S256": b64u(hashlib.sha256(own).digest()),
    }


def write(name, entries, **members):
    """`entries`: (JWK, private key, alg of a token) for a usable key, (JWK,) for another."""
    TOKENS[name] = [
        {"index": index, "alg": entry[2], "token": token(entry[2], entry[1], entry[0].get("kid"))}
        for index, entry in enumerate(entries)
        if len(entry) == 3
    ]
    text = json.dumps({"keys": [entry[0] for entry in entries]} | members, indent=2)
    (HERE / name).write_text(text + "\n")


def entry(kind, alg, /, **members):
    """A usable key whose token has this `alg`."""
    key = new_key(kind)
    return public_members(kind, key) | members, key, alg


def unused(kind, /, **members):
    """A key that is fine, and not for signatures."""
    return (public_members(kind, new_key(kind)) | members,)


def identity_provider():
    """Two keys in rotation, a third kind, and one for encryption."""
    write(
        "identity-provider.json",
        [
            entry("RSA", "RS256", kid="2026-01", use="sig", alg="RS256"),
            entry("RSA", "RS256", kid="2026-07", use="sig", alg="RS256"),
            entry("P-256", "ES256", kid="ec-1", use="sig", alg="ES256"),
            entry("Ed25519", "EdDSA", kid="ed-1", use="sig", alg="EdDSA"),
            unused("RSA", kid="enc-1", use="enc", alg="RSA-OAEP"),
            unused("X25519", kid="enc-2", use="enc", alg="ECDH-ES+A128KW"),
        ],
    )


def without_alg():
    """Keys that say no `alg`, with certificates, and members that RFC 7517 does not know."""
    entries = []
    for kid in ["nOo3ZDrODXEK1jKWhXslHR_KXEg", "l3sQ-50cCH4xBVZLHTGwnSR7680"]:
        jwk, key, alg = entry("RSA", "RS256", use="sig", kid=kid)
        chain = x5(certificate(key))
        entries.append((jwk | {"x5t": chain["x5t"], "x5c": chain["x5c"], "issuer": "https://id.example/{tenant}"}, key, alg))
    jwk, key, alg = entry("P-384", "ES384", use="sig", kid="ec")
    entries.append((jwk | {"ext": True}, key, alg))
    write("without-alg.json", entries)


def without_kid():
    """One key of each kind without `kid`, as small services publish them."""
    write("without-kid.json", [
        entry("RSA", "PS256", alg="PS256", use="sig"),
        entry("P-256", "ES256", alg="ES256"),
    ], jwks_uri="https://id.example/jwks", cache={"max_age": 3600})


def duplicate_kids():
    """One `kid` for keys of two types, and one for two keys of the same type."""
    write("duplicate-kids.json", [
        entry("RSA", "RS256", kid="1", alg="RS256"),
        entry("P-256", "ES256", kid="1", alg="ES256"),
        entry("P-384", "ES384", kid="2", alg="ES384"),
        entry("P-384", "ES384", kid="2", alg="ES384"),
    ])


def unknown_types():
    """Keys of algorithms to come, among those of today."""
    write("unknown-types.json", [
        ({"kty": "AKP", "kid": "pq-1", "alg": "ML-DSA-44", "pub": b64u(bytes(1312))},),
        entry("P-256", "ES256", kid="ec-1", alg="ES256"),
        ({"kty": "OKP", "crv": "Ed448", "kid": "ed448-1", "x": b64u(bytes(57))},),
        ({"kty": "EC", "crv": "P-999", "kid": "ec-2", "x": b64u(bytes(32)), "y": b64u(bytes(32))},),
        unused("RSA", kid="rsa-1", alg="RS1"),
        ({"kid": "nothing"},),
        entry("RSA", "RS256", kid="rsa-2", alg="RS256", use="sig"),
    ])


def broken_entries():
    """One broken entry of each kind between good ones."""
    short = public_members("P-256", new_key("P-256"))
    short["x"] = b64u(bytes(range(31)))
    off_curve = public_members("P-256", new_key("P-256"))
    off_curve["y"] = b64u(bytes([1] * 32))
    padded = public_members("RSA", new_key("RSA"))
    padded["n"] += "=="
    small = rsa.generate_private_key(65537, 1024)
    write("broken-entries.json", [
        entry("Ed25519", "Ed25519", kid="good-1", alg="Ed25519"),
        (short | {"kid": "short"},),
        (off_curve | {"kid": "off-curve", "alg": "ES256"},),
        (padded | {"kid": "padded", "alg": "RS256"},),
        (public_members("RSA", small) | {"kid": "small", "alg": "RS256"},),
        (public_members("RSA", new_key("RSA")) | {"kid": 7},),
        ("no object",),
        (None,),
        (public_members("P-256", new_key("P-256")) | {"kid": "contradiction", "use": "sig", "key_ops": ["encrypt"]},),
        entry("RSA", "RS256", kid="good-2", alg="RS256", key_ops=["verify"]),
    ])


def secrets_by_mistake():
    """A set in which somebody published what nobody may know."""
    rsa_key, ec_key = new_key("RSA"), new_key("P-256")
    write("secrets-by-mistake.json", [
        ({"kty": "oct", "kid": "mac", "alg": "HS256", "k": b64u(bytes(range(32)))},),
        (public_members("RSA", rsa_key) | private_members("RSA", rsa_key) | {"kid": "rsa", "alg": "RS256"},),
        (public_members("P-256", ec_key) | private_members("P-256", ec_key) | {"kid": "ec", "alg": "ES256"},),
        (public_members("RSA", rsa_key) | {"d": private_members("RSA", rsa_key)["d"], "kid": "rsa-d", "alg": "RS256"},),
        entry("P-256", "ES256", kid="good", alg="ES256"),
    ])


def certificates():
    """Certificates that are those of their keys, and others."""
    entries = []

    def add(kid, change=lambda members: members, usable=False, chain=None):
        key = new_key("P-256")
        members = x5(*(chain(key) if chain else [certificate(key)]))
        jwk = public_members("P-256", key) | {"kid": kid, "alg": "ES256"} | change(members)
        entries.append((jwk, key, "ES256") if usable else (jwk,))

    authority = new_key("RSA")
    add("own", usable=True)
    add("chain", chain=lambda key: [certificate(key, authority), certificate(authority)], usable=True)
    add("thumbprints-alone", lambda members: {k: v for k, v in members.items() if k != "x5c"}, usable=True)
    add("of-another-key", chain=lambda key: [certificate(new_key("P-256"))])
    add("chain-in-wrong-order", chain=lambda key: [certificate(authority), certificate(key, authority)])
    add("other-x5t", lambda members: members | {"x5t": b64u(bytes(20))})
    add("other-x5t#S256", lambda members: members | {"x5t#S256": b64u(bytes(32))})
    add("short-x5t", lambda members: {"x5t": b64u(bytes(19))})
    add("base64url", lambda members: {"x5c": ["-_" + members["x5c"][0][2:]]})
    add("empty", lambda members: {"x5c": []})
    add("eleven", lambda members: {"x5c": members["x5c"] * 11})
    add("ten", lambda members: {"x5c": members["x5c"] * 10}, usable=True)
    add("no-certificate", lambda members: {"x5c": ["MAA="]})
    write("certificates.json", entries)


for make in [identity_provider, without_alg, without_kid, duplicate_kids, unknown_types, broken_entries,
             secrets_by_mistake, certificates]:
    make()
(HERE / "tokens.json").write_text(json.dumps(TOKENS, indent=2) + "\n")
