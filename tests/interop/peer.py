"""Does with joserfc or jwcrypto what tests/interop asks for.

A JSON array of jobs comes on stdin, a JSON array with one outcome for each goes to stdout. The argument is the library's
name. Octets are base64url. An error that is none of the library's ends the process.
"""

import base64
import json
import sys
import warnings


def decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def encode(octets):
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


class Unsupported(Exception):
    """A combination that the library has no function for."""


class Library:
    """Keeps the keys: some of them are checked at length when they are read."""

    def __init__(self):
        self.known = {}

    def key(self, jwk):
        text = json.dumps(jwk)
        if text not in self.known:
            self.known[text] = self.import_key(jwk)
        return self.known[text]


class Joserfc(Library):
    """The operations in joserfc."""

    def __init__(self):
        super().__init__()
        from cryptography.exceptions import InvalidTag
        from joserfc import errors, jwe, jwk, jws, jwt

        self.jwe, self.jwk, self.jws, self.jwt = jwe, jwk, jws, jwt
        self.errors = (errors.JoseError, InvalidTag)
        self.unsupported = (Unsupported, errors.UnsupportedAlgorithmError)

    def import_key(self, jwk):
        return self.jwk.import_key(jwk)

    def keys(self, entries):
        """The keys, found by the `kid` that the header of each entry names."""
        keys = {entry["jwk"]["kid"]: self.key(entry["jwk"]) for entry in entries}
        return lambda member: keys[member.headers()["kid"]]

    def sign(self, form, payload, detached, unencoded, signatures):
        payload = decode(payload)
        keys, algorithms = self.keys(signatures), [entry["alg"] for entry in signatures]
        if form == "compact":
            token = self.jws.serialize_compact(signatures[0]["protected"], payload, keys, algorithms)
            return {"token": self.jws.detach_content(token) if detached else token}
        members = [{name: entry[name] for name in ("protected", "header") if name in entry} for entry in signatures]
        members = members if form == "general" else members[0]
        document = self.jws.serialize_json(members, payload, keys, algorithms)
        return {"token": json.dumps(self.jws.detach_content(document) if detached else document)}

    def verify(self, form, token, payload, detached, unencoded, signatures):
        keys, algorithms = self.keys(signatures), [entry["alg"] for entry in signatures]
        if form == "compact":
            content = decode(payload) if detached else None
            verified = self.jws.deserialize_compact(token, keys, algorithms, payload=content)
            return {"payload": encode(verified.payload)}
        document = json.loads(token)
        if detached:
            # RFC 7515 appendix F leaves it to the application to put the payload in.
            document["payload"] = decode(payload).decode() if unencoded else payload
        return {"payload": encode(self.jws.deserialize_json(document, keys, algorithms).payload)}

    def encrypt(self, form, plaintext, protected, recipients, unprotected=None, aad=None):
        algorithms = [entry["alg"] for entry in recipients]
        registry = self.jwe.JWERegistry(algorithms=[*algorithms, protected["enc"], "DEF"])
        plaintext = decode(plaintext)
        if form == "compact":
            key = self.key(recipients[0]["jwk"])
            return {"token": self.jwe.encrypt_compact(protected, plaintext, key, registry=registry)}
        kind = self.jwe.GeneralJSONEncryption if form == "general" else self.jwe.FlattenedJSONEncryption
        document = kind(protected, plaintext, unprotected, decode(aad) if aad else None)
        for entry in recipients:
            document.add_recipient(entry.get("header"), self.key(entry["jwk"]))
        return {"token": json.dumps(self.jwe.encrypt_json(document, None, registry=registry))}

    def decrypt(self, form, token, alg, enc, jwk):
        # One key, for one of the recipients.
        registry = self.jwe.JWERegistry(algorithms=[alg, enc, "DEF"], verify_all_recipients=False)
        registry.get_alg(alg)
        key = self.key(jwk)
        if form == "compact":
            opened = self.jwe.decrypt_compact(token, key, registry=registry)
            return {"plaintext": encode(opened.plaintext), "aad": None}
        opened = self.jwe.decrypt_json(json.loads(token), key, registry=registry)
        return {"plaintext": encode(opened.plaintext), "aad": encode(opened.aad) if opened.aad else None}

    def read_key(self, jwk, alg):
        key = self.key(jwk)
        return {"jwk": key.as_dict(), "thumbprint": key.thumbprint()}

    def make_key(self, alg, kty, crv=None, bits=None):
        key = self.jwk.generate_key(kty, crv or bits)
        made = {"private": key.as_dict(private=True), "thumbprint": key.thumbprint()}
        return made if kty == "oct" else {**made, "public": key.as_dict(private=False)}

    def issue(self, claims, alg, jwk):
        key = self.key(jwk)
        return {"token": self.jwt.encode({"alg": alg, "typ": "JWT"}, claims, key, [alg])}

    def check(self, token, alg, jwk, iss, aud):
        decoded = self.jwt.decode(token, self.key(jwk), [alg])
        essential = {"iss": iss, "aud": aud}
        rules = {name: {"essential": True, "value": value} for name, value in essential.items()}
        self.jwt.JWTClaimsRegistry(**rules).validate(decoded.claims)
        return {"claims": decoded.claims}


class Jwcrypto(Library):
    """The operations in jwcrypto."""

    def __init__(self):
        super().__init__()
        from jwcrypto import common, jwa, jwe, jwk, jws, jwt

        self.jwa, self.jwe, self.jwk, self.jws, self.jwt = jwa, jwe, jwk, jws, jwt
        self.errors = (common.JWException,)
        self.unsupported = (Unsupported, jwa.InvalidJWAAlgorithm)
        # The default is fewer iterations than josie makes.
        jwa.default_max_pbkdf2_iterations = 1_000_000

    def import_key(self, jwk):
        return self.jwk.JWK(**jwk)

    def sign(self, form, payload, detached, unencoded, signatures):
        # An unencoded payload stands in JSON as it is, so it has to be text.
        payload = decode(payload).decode() if unencoded else decode(payload)
        token = self.jws.JWS(payload)
        for entry in signatures:
            self.jwa.JWA.signing_alg(entry["alg"])
            token.add_signature(self.key(entry["jwk"]), None, json.dumps(entry["protected"]), entry.get("header"))
        if detached:
            token.detach_payload()
        return {"token": token.serialize(compact=form == "compact")}

    def verify(self, form, token, payload, detached, unencoded, signatures):
        if form == "compact" and unencoded and not detached:
            raise Unsupported
        # A general JWS is verified when one signature is; here each has to be.
        for entry in signatures:
            self.jwa.JWA.signing_alg(entry["alg"])
            verified = self.jws.JWS()
            verified.allowed_algs = [entry["alg"]]
            verified.deserialize(token)
            verified.verify(self.key(entry["jwk"]), None, decode(payload) if detached else None)
        if detached:
            return {"payload": payload}
        content = verified.payload
        return {"payload": encode(content.encode() if isinstance(content, str) else content)}

    def encrypt(self, form, plaintext, protected, recipients, unprotected=None, aad=None):
        for entry in recipients:
            self.jwa.JWA.keymgmt_alg(entry["alg"])
        token = self.jwe.JWE(
            decode(plaintext),
            json.dumps(protected),
            json.dumps(unprotected) if unprotected else None,
            decode(aad) if aad else None,
            flattened=form != "general",
        )
        for entry in recipients:
            header = json.dumps(entry["header"]) if "header" in entry else None
            token.add_recipient(self.key(entry["jwk"]), header)
        return {"token": token.serialize(compact=form == "compact")}

    def decrypt(self, form, token, alg, enc, jwk):
        self.jwa.JWA.keymgmt_alg(alg)
        opened = self.jwe.JWE(algs=[alg, enc])
        opened.deserialize(token)
        opened.decrypt(self.key(jwk))
        aad = opened.objects.get("aad")
        return {"plaintext": encode(opened.payload), "aad": encode(aad) if aad else None}

    def read_key(self, jwk, alg):
        key = self.key(jwk)
        return {"jwk": key.export(as_dict=True), "thumbprint": key.thumbprint()}

    def make_key(self, alg, kty, crv=None, bits=None):
        key = self.jwk.JWK.generate(kty=kty, **({"crv": crv} if crv else {"size": bits}))
        made = {"private": key.export(as_dict=True), "thumbprint": key.thumbprint()}
        return made if kty == "oct" else {**made, "public": key.export_public(as_dict=True)}

    def issue(self, claims, alg, jwk):
        token = self.jwt.JWT(header={"alg": alg, "typ": "JWT"}, claims=claims)
        token.make_signed_token(self.key(jwk))
        return {"token": token.serialize()}

    def check(self, token, alg, jwk, iss, aud):
        # None stands for the current time.
        claims = {"iss": iss, "aud": aud, "exp": None, "nbf": None}
        checked = self.jwt.JWT(check_claims=claims, algs=[alg], expected_type="JWS")
        checked.deserialize(token, self.key(jwk))
        return {"claims": json.loads(checked.claims)}


def outcome(library, operation, **job):
    try:
        return {"done": getattr(library, operation)(**job)}
    except library.unsupported:
        return "unsupported"
    except library.errors as error:
        return {"refused": type(error).__name__}


def main():
    # Advice on algorithms that are asked for here.
    warnings.simplefilter("ignore")
    library = {"joserfc": Joserfc, "jwcrypto": Jwcrypto}[sys.argv[1]]()
    json.dump([outcome(library, **job) for job in json.load(sys.stdin)], sys.stdout)


main()
