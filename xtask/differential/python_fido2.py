"""Judges vectors with python-fido2: cases as a JSON array on standard input, a verdict a line out."""

import base64
import json
import sys

from fido2.cose import CoseKey
from fido2.attestation import AttestationVerifier
from fido2.cbor import decode
from fido2.server import Fido2Server
from fido2.webauthn import (
    AttestationConveyancePreference,
    AttestedCredentialData,
    PublicKeyCredentialRpEntity,
)


def unpadded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Roots(AttestationVerifier):
    """Trusts the anchors of a vector, by the name of whoever issued the last certificate."""

    def __init__(self, anchors):
        super().__init__()
        self.anchors = anchors

    def ca_lookup(self, attestation_result, auth_data):
        from cryptography import x509

        path = attestation_result.trust_path
        issuer = x509.load_der_x509_certificate(path[-1]).issuer
        for der in self.anchors:
            if x509.load_der_x509_certificate(der).subject == issuer:
                return der
        return None


def server(asked, verifier):
    conveyance = AttestationConveyancePreference.DIRECT if verifier else None
    return Fido2Server(
        PublicKeyCredentialRpEntity(id=asked["rp_id"], name="Example"),
        attestation=conveyance,
        verify_origin=lambda origin: origin == asked["origin"],
        verify_attestation=verifier,
    )


def state(asked):
    return {"challenge": asked["challenge"], "user_verification": asked["user_verification"]}


def response(case):
    it = case["response"]
    return json.loads(it) if isinstance(it, str) else it


def register(case):
    asked = case["ceremony"]
    anchors = [unpadded(it) for it in asked.get("trust_anchors", [])]
    verifier = Roots(anchors) if anchors else None
    server(asked, verifier).register_complete(state(asked), response(case))


def authenticate(case):
    asked, credential = case["ceremony"], case["credential"]
    key = CoseKey.parse(decode(unpadded(credential["public_key"])))
    stored = AttestedCredentialData.create(b"\0" * 16, unpadded(credential["id"]), key)
    server(asked, None).authenticate_complete(state(asked), [stored], response(case))


for case in json.load(sys.stdin):
    judge = register if case["ceremony"]["kind"] == "registration" else authenticate
    try:
        judge(case)
        verdict = {"verdict": "accept", "why": ""}
    except Exception as err:  # Whatever a peer raises is its refusal.
        verdict = {"verdict": "refuse", "why": f"{type(err).__name__}: {err}"[:200]}
    print(json.dumps({"name": case["name"], **verdict}))
