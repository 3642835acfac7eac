"""Judges vectors with py_webauthn: cases as a JSON array on standard input, a verdict a line out."""

import base64
import json
import sys

from webauthn import verify_authentication_response, verify_registration_response
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.structs import AttestationFormat


def unpadded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def pem(der):
    # py_webauthn compares certificates as text, with 64 columns as OpenSSL writes them.
    text = base64.b64encode(der).decode()
    body = "".join(text[at : at + 64] + "\n" for at in range(0, len(text), 64))
    return f"-----BEGIN CERTIFICATE-----\n{body}-----END CERTIFICATE-----\n".encode()


def algorithms(asked):
    known = {it.value for it in COSEAlgorithmIdentifier}
    return [COSEAlgorithmIdentifier(it) for it in asked if it in known]


def response(case):
    it = case["response"]
    return it if isinstance(it, str) else json.dumps(it)


def register(case):
    asked = case["ceremony"]
    roots = [pem(unpadded(it)) for it in asked.get("trust_anchors", [])]
    verify_registration_response(
        credential=response(case),
        expected_challenge=unpadded(asked["challenge"]),
        expected_rp_id=asked["rp_id"],
        expected_origin=asked["origin"],
        require_user_presence=asked["mediation"] != "conditional",
        require_user_verification=asked["user_verification"] == "required",
        supported_pub_key_algs=algorithms(asked["algorithms"]),
        pem_root_certs_bytes_by_fmt={fmt: roots for fmt in AttestationFormat},
    )


def authenticate(case):
    asked, credential = case["ceremony"], case["credential"]
    verify_authentication_response(
        credential=response(case),
        expected_challenge=unpadded(asked["challenge"]),
        expected_rp_id=asked["rp_id"],
        expected_origin=asked["origin"],
        credential_public_key=unpadded(credential["public_key"]),
        credential_current_sign_count=credential["sign_count"],
        require_user_verification=asked["user_verification"] == "required",
    )


for case in json.load(sys.stdin):
    judge = register if case["ceremony"]["kind"] == "registration" else authenticate
    try:
        judge(case)
        verdict = {"verdict": "accept", "why": ""}
    except Exception as err:  # Whatever a peer raises is its refusal.
        verdict = {"verdict": "refuse", "why": f"{type(err).__name__}: {err}"[:200]}
    print(json.dumps({"name": case["name"], **verdict}))
