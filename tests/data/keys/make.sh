#!/bin/sh
# Makes the key files of this directory, and expected.json with the values inside them.
#
# They are test keys, made for the tests: they protect nothing and are no secrets. Needs OpenSSL 3, ssh-keygen
# and Python with `cryptography`. Every run makes new keys.
#
# ed25519-v2.pkcs8.pem is the example of RFC 8410 section 10.3 (PKCS#8 version 2, with an attribute and the public
# key) and is not made here.
set -eu
cd "$(dirname "$0")"

# $1: name. Reads NAME.pkcs8.pem, writes the other PKCS#8 and SPKI files.
forms() {
    openssl pkcs8 -topk8 -nocrypt -in "$1.pkcs8.pem" -outform DER -out "$1.pkcs8.der"
    openssl pkey -in "$1.pkcs8.pem" -pubout -out "$1.spki.pem"
    openssl pkey -in "$1.pkcs8.pem" -pubout -outform DER -out "$1.spki.der"
}

for bits in 1024 2048 3072; do
    openssl genpkey -quiet -algorithm RSA -pkeyopt "rsa_keygen_bits:$bits" -out "rsa$bits.pkcs8.pem"
    forms "rsa$bits"
done
for curve in p256:P-256 p384:P-384 p521:P-521 secp256k1:secp256k1; do
    openssl genpkey -algorithm EC -pkeyopt "ec_paramgen_curve:${curve#*:}" -out "${curve%%:*}.pkcs8.pem"
    forms "${curve%%:*}"
done
for curve in ed25519:ED25519 x25519:X25519; do
    openssl genpkey -algorithm "${curve#*:}" -out "${curve%%:*}.pkcs8.pem"
    forms "${curve%%:*}"
done

# Keys of algorithms and curves that josie does not know.
openssl genpkey -quiet -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:1024 -out rsa-pss.pkcs8.pem
openssl genpkey -quiet -genparam -algorithm DSA -pkeyopt dsa_paramgen_bits:1024 -out dsa.params
openssl genpkey -quiet -paramfile dsa.params -out dsa.pkcs8.pem
openssl genpkey -algorithm ED448 -out ed448.pkcs8.pem
openssl genpkey -algorithm X448 -out x448.pkcs8.pem
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:brainpoolP256r1 -out brainpool.pkcs8.pem
for name in rsa-pss dsa ed448 x448 brainpool; do
    openssl pkey -in "$name.pkcs8.pem" -pubout -out "$name.spki.pem"
done

# Forms that josie recognizes and does not read.
openssl rsa -in rsa2048.pkcs8.pem -traditional -out rsa2048.pkcs1.pem
openssl rsa -in rsa2048.pkcs8.pem -traditional -outform DER -out rsa2048.pkcs1.der
openssl rsa -in rsa2048.pkcs8.pem -RSAPublicKey_out -out rsa2048.pkcs1-public.pem
openssl rsa -in rsa2048.pkcs8.pem -RSAPublicKey_out -outform DER -out rsa2048.pkcs1-public.der
openssl ec -in p256.pkcs8.pem -out p256.sec1.pem
openssl ec -in p256.pkcs8.pem -outform DER -out p256.sec1.der
openssl ec -in p256.pkcs8.pem -pubout -conv_form compressed -out p256-compressed.spki.pem
openssl ec -in p256.pkcs8.pem -pubout -param_enc explicit -out p256-explicit.spki.pem
openssl req -x509 -new -key p256.pkcs8.pem -subj /CN=josie -days 36500 -out certificate.pem
openssl x509 -in certificate.pem -outform DER -out certificate.der
openssl pkcs8 -topk8 -in ed25519.pkcs8.pem -passout pass:josie -out encrypted.pkcs8.pem
openssl pkcs8 -topk8 -in ed25519.pkcs8.pem -passout pass:josie -outform DER -out encrypted.pkcs8.der
rm -f openssh openssh.pub
ssh-keygen -q -t ed25519 -N '' -C josie -f openssh
mv openssh openssh.pem
rm -f dsa.params
chmod 644 ./*.pem ./*.der

python3 - <<'PYTHON'
import json
from cryptography.hazmat.primitives import serialization as s

def octets(value, length=None):
    return value.to_bytes(length or (value.bit_length() + 7) // 8, "big").hex()

expected = {}
for name in ["rsa1024", "rsa2048", "rsa3072", "p256", "p384", "p521", "secp256k1", "ed25519", "x25519"]:
    with open(f"{name}.pkcs8.pem", "rb") as file:
        key = s.load_pem_private_key(file.read(), None)
    if name in ("ed25519", "x25519"):
        values = {"x": key.public_key().public_bytes_raw().hex(), "d": key.private_bytes_raw().hex()}
    elif name.startswith("rsa"):
        private = key.private_numbers()
        public = private.public_numbers
        values = {name: octets(value) for name, value in {
            "n": public.n, "e": public.e, "d": private.d, "p": private.p, "q": private.q,
            "dp": private.dmp1, "dq": private.dmq1, "qi": private.iqmp}.items()}
    else:
        private = key.private_numbers()
        public = private.public_numbers
        length = (key.key_size + 7) // 8
        values = {"x": octets(public.x, length), "y": octets(public.y, length),
                  "d": octets(private.private_value, length)}
    expected[name] = values
with open("expected.json", "w") as file:
    json.dump(expected, file, indent=1)
    file.write("\n")
PYTHON
