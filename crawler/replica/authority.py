"""The replica's own certificate authority: it vouches for reserved names (`.example`) and for nothing else."""

import os
import ssl
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_VALID_DAYS = 30
"""Longer than any rig stays up, too short to be worth stealing."""
_SKEW = timedelta(hours=1)
"""Valid from a little earlier, for clocks that disagree."""


class Authority:
    """Issues certificates. Its keys live in memory, and for a moment in a file that only we can read."""

    def __init__(self, endings: Sequence[str] = ("example",)) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._leaf_key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Herdbook replica")])
        self._certificate = _root(self._name, self._key, endings)
        self._leaf_key_pem = self._leaf_key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )

    @property
    def pem(self) -> str:
        """The certificate to trust."""
        return self._certificate.public_bytes(serialization.Encoding.PEM).decode()

    def write(self, folder: Path) -> Path:
        """Write the certificate to trust to `ca.pem` in a folder, and say where."""
        path = folder / "ca.pem"
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(self.pem)
        return path

    def context(
        self, names: Sequence[str], *, is_expired: bool = False, is_self_signed: bool = False
    ) -> ssl.SSLContext:
        """A server's TLS context with one fresh certificate for all these names."""
        now = datetime.now(UTC)
        ends = now - timedelta(days=1) if is_expired else now + timedelta(days=_VALID_DAYS)
        issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
        builder = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([]))
            .issuer_name(issuer if is_self_signed else self._name)
            .public_key(self._leaf_key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(min(now, ends - timedelta(days=1)) - _SKEW)
            .not_valid_after(ends)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(n) for n in names]), True)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), False
            )
        )
        signed = builder.sign(self._leaf_key if is_self_signed else self._key, hashes.SHA256())
        return _context(signed.public_bytes(serialization.Encoding.PEM), self._leaf_key_pem)


def _root(
    name: x509.Name, key: ec.EllipticCurvePrivateKey, endings: Sequence[str]
) -> x509.Certificate:
    now = datetime.now(UTC)
    usage = x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _SKEW)
        .not_valid_after(now + timedelta(days=_VALID_DAYS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
        .add_extension(usage, True)
        # whoever trusts this file by mistake trusts it with reserved names only
        .add_extension(
            x509.NameConstraints(
                permitted_subtrees=[x509.DNSName(ending) for ending in endings],
                excluded_subtrees=None,
            ),
            True,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
        .sign(key, hashes.SHA256())
    )


def _context(certificate_pem: bytes, key_pem: bytes) -> ssl.SSLContext:
    """Load a certificate and its key, which `ssl` takes from files only."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    # nobody comes back to resume a session; two tickets a handshake are work for nothing
    context.num_tickets = 0
    handle, path = tempfile.mkstemp(prefix="herdbook-replica-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(certificate_pem + key_pem)
        context.load_cert_chain(path)
    finally:
        os.unlink(path)
    return context
