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

# Older forms, and certificates.
openssl rsa -in rsa2048.pkcs8.pem -traditional -out rsa2048.pkcs1.pem
openssl rsa -in rsa2048.pkcs8.pem -traditional -outform DER -out rsa2048.pkcs1.der
openssl rsa -in rsa2048.pkcs8.pem -RSAPublicKey_out -out rsa2048.pkcs1-public.pem
openssl rsa -in rsa2048.pkcs8.pem -RSAPublicKey_out -outform DER -out rsa2048.pkcs1-public.der
for curve in p256 p384 p521 secp256k1; do
    openssl ec -in "$curve.pkcs8.pem" -out "$curve.sec1.pem"
    openssl ec -in "$curve.pkcs8.pem" -outform DER -out "$curve.sec1.der"
done
# What `openssl ecparam -genkey` writes.
{ openssl ecparam -name prime256v1; cat p256.sec1.pem; } > p256.ecparam.pem
openssl ec -in brainpool.pkcs8.pem -out brainpool.sec1.pem
openssl ec -in p256.pkcs8.pem -pubout -conv_form compressed -out p256-compressed.spki.pem
openssl ec -in p256.pkcs8.pem -pubout -param_enc explicit -out p256-explicit.spki.pem
openssl req -x509 -new -key p256.pkcs8.pem -subj /CN=josie -days 36500 -out certificate.pem
openssl x509 -in certificate.pem -outform DER -out certificate.der
for name in rsa2048 ed25519 ed448; do
    openssl req -x509 -new -key "$name.pkcs8.pem" -subj "/CN=josie $name" -days 36500 -out "$name.certificate.pem"
done
# With text around the block, and a bundle: the certificate of a key, another one, the private key.
openssl x509 -in rsa2048.certificate.pem -text -out rsa2048.certificate-text.pem
openssl pkcs12 -export -inkey p256.pkcs8.pem -in certificate.pem -certfile rsa2048.certificate.pem -name josie \
    -passout pass:josie -out bundle.p12
openssl pkcs12 -in bundle.p12 -passin pass:josie -nodes -out bundle.pem
rm -f bundle.p12

# Encrypted keys. The password is `josie`.
openssl pkcs8 -topk8 -in ed25519.pkcs8.pem -passout pass:josie -out encrypted.pkcs8.pem
openssl pkcs8 -topk8 -in ed25519.pkcs8.pem -passout pass:josie -outform DER -out encrypted.pkcs8.der
# $1: name. What follows says how the key is encrypted.
encrypted() {
    name=$1
    shift
    openssl pkcs8 -topk8 -in p256.pkcs8.pem -passout pass:josie "$@" -out "encrypted-$name.pkcs8.pem"
}
encrypted sha1-aes128 -v2 aes-128-cbc -v2prf hmacWithSHA1
encrypted sha256-aes128 -v2 aes-128-cbc -v2prf hmacWithSHA256
encrypted sha256-aes256 -v2 aes-256-cbc -v2prf hmacWithSHA256
encrypted sha512-aes192 -v2 aes-192-cbc -v2prf hmacWithSHA512
encrypted scrypt -scrypt -scrypt_N 1024
# Refused: the number of iterations, and encryptions that are no longer used.
encrypted iterations -iter 1200001
encrypted des3 -v2 des3
encrypted pbes1 -v1 PBE-SHA1-3DES
openssl rsa -in rsa2048.pkcs8.pem -traditional -aes128 -passout pass:josie -out rsa2048.pkcs1-encrypted.pem
openssl ec -in p256.pkcs8.pem -aes128 -passout pass:josie -out p256.sec1-encrypted.pem
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
