// Does with the package `jose` what tests/interop asks for: a JSON array of jobs comes on stdin, a JSON array with one
// outcome for each goes to stdout. Octets are base64url. An error that is none of the package's ends the process.

import * as jose from 'jose'
import { text } from 'node:stream/consumers'

const { decode, encode } = jose.base64url

// A combination that the package has no function for.
class Unsupported extends Error {}

const operations = {
  async sign({ form, payload, detached, unencoded, signatures }) {
    const octets = decode(payload)
    const [{ jwk, alg, protected: header }] = signatures
    if (form === 'compact' && !detached) {
      if (unencoded) throw new Unsupported()
      const signer = new jose.CompactSign(octets).setProtectedHeader(header)
      return { token: await signer.sign(await jose.importJWK(jwk, alg)) }
    }
    const signer = form === 'general' ? new jose.GeneralSign(octets) : new jose.FlattenedSign(octets)
    let jws
    if (form === 'general') {
      for (const { jwk, alg, protected: header, header: unprotected } of signatures) {
        const signature = signer.addSignature(await jose.importJWK(jwk, alg)).setProtectedHeader(header)
        if (unprotected) signature.setUnprotectedHeader(unprotected)
      }
      jws = await signer.sign()
    } else {
      signer.setProtectedHeader(header)
      if (signatures[0].header) signer.setUnprotectedHeader(signatures[0].header)
      jws = await signer.sign(await jose.importJWK(jwk, alg))
    }
    // RFC 7515 appendix F leaves it to the application to take the payload out.
    if (form === 'compact') return { token: `${jws.protected}..${jws.signature}` }
    // The package leaves it to the application to put an unencoded payload in.
    if (unencoded) jws.payload = Buffer.from(octets).toString()
    if (detached) delete jws.payload
    return { token: JSON.stringify(jws) }
  },

  async verify({ form, token, payload, detached, unencoded, signatures }) {
    // RFC 7515 appendix F leaves it to the application to put the payload in.
    const attach = (jws) => (detached ? { ...jws, payload: unencoded ? decode(payload) : payload } : jws)
    let verified
    // A general JWS is verified when one signature is; here each has to be.
    for (const { jwk, alg } of signatures) {
      const key = await jose.importJWK(jwk, alg)
      const options = { algorithms: [alg] }
      if (form === 'compact' && !detached) {
        verified = await jose.compactVerify(token, key, options)
      } else if (form === 'compact') {
        const [header, , signature] = token.split('.')
        verified = await jose.flattenedVerify(attach({ protected: header, signature }), key, options)
      } else {
        const verify = form === 'general' ? jose.generalVerify : jose.flattenedVerify
        verified = await verify(attach(JSON.parse(token)), key, options)
      }
    }
    return { payload: encode(verified.payload) }
  },

  async encrypt({ form, plaintext, protected: header, unprotected, aad, recipients }) {
    const octets = decode(plaintext)
    const [{ jwk, alg, header: own }] = recipients
    if (form === 'compact') {
      // What takes part in the agreement is set by itself.
      const { apu, apv, ...rest } = header
      const encrypter = new jose.CompactEncrypt(octets).setProtectedHeader(rest)
      if (apu) encrypter.setKeyManagementParameters({ apu: decode(apu), apv: decode(apv) })
      return { token: await encrypter.encrypt(await jose.importJWK(jwk, alg)) }
    }
    const encrypter = form === 'general' ? new jose.GeneralEncrypt(octets) : new jose.FlattenedEncrypt(octets)
    encrypter.setProtectedHeader(header)
    if (unprotected) encrypter.setSharedUnprotectedHeader(unprotected)
    if (aad) encrypter.setAdditionalAuthenticatedData(decode(aad))
    if (form === 'general') {
      for (const { jwk, alg, header } of recipients) {
        const recipient = encrypter.addRecipient(await jose.importJWK(jwk, alg))
        if (header) recipient.setUnprotectedHeader(header)
      }
      return { token: JSON.stringify(await encrypter.encrypt()) }
    }
    if (own) encrypter.setUnprotectedHeader(own)
    return { token: JSON.stringify(await encrypter.encrypt(await jose.importJWK(jwk, alg))) }
  },

  async decrypt({ form, token, alg, enc, jwk }) {
    const key = await jose.importJWK(jwk, alg)
    const options = {
      keyManagementAlgorithms: [alg],
      contentEncryptionAlgorithms: [enc],
      // The default is fewer iterations than josie makes.
      maxPBES2Count: Infinity,
    }
    const decrypt = { compact: jose.compactDecrypt, flattened: jose.flattenedDecrypt, general: jose.generalDecrypt }
    const jwe = await decrypt[form](form === 'compact' ? token : JSON.parse(token), key, options)
    const aad = jwe.additionalAuthenticatedData
    return { plaintext: encode(jwe.plaintext), aad: aad ? encode(aad) : null }
  },

  async read_key({ jwk, alg }) {
    const key = await jose.importJWK(jwk, alg, { extractable: true })
    const exported = await jose.exportJWK(key)
    return { jwk: exported, thumbprint: await jose.calculateJwkThumbprint(exported) }
  },

  async make_key({ alg, crv }) {
    const options = { extractable: true, ...(crv && { crv }) }
    if (alg.startsWith('HS')) {
      const secret = await jose.exportJWK(await jose.generateSecret(alg, options))
      return { private: secret, thumbprint: await jose.calculateJwkThumbprint(secret) }
    }
    const pair = await jose.generateKeyPair(alg, options)
    const publicJwk = await jose.exportJWK(pair.publicKey)
    return {
      private: await jose.exportJWK(pair.privateKey),
      public: publicJwk,
      thumbprint: await jose.calculateJwkThumbprint(publicJwk),
    }
  },

  async issue({ claims, alg, jwk }) {
    const signer = new jose.SignJWT(claims).setProtectedHeader({ alg, typ: 'JWT' })
    return { token: await signer.sign(await jose.importJWK(jwk, alg)) }
  },

  async check({ token, alg, jwk, iss, aud }) {
    const options = { algorithms: [alg], issuer: iss, audience: aud, typ: 'JWT' }
    return { claims: (await jose.jwtVerify(token, await jose.importJWK(jwk, alg), options)).payload }
  },
}

async function outcome({ operation, ...job }) {
  try {
    return { done: await operations[operation](job) }
  } catch (error) {
    if (error instanceof Unsupported || error.code === 'ERR_JOSE_NOT_SUPPORTED') return 'unsupported'
    if (error instanceof jose.errors.JOSEError) return { refused: error.code }
    throw error
  }
}

const outcomes = []
for (const job of JSON.parse(await text(process.stdin))) outcomes.push(await outcome(job))
process.stdout.write(JSON.stringify(outcomes))
