"""To whom the product speaks, and how: certificates, names, passwords, and addresses that are never connected to."""

from __future__ import annotations

import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from qibu.contact.channels import Account, Letter, Problem, Refused
from qibu.contact.channels.email import open_session
from qibu.kernel.addresses import networks

LETTER = Letter("fang@example.com", "王芳", "试一试", "你好", "<p>你好</p>", "<1@store.example>")


def account(port: int, security: str = "none", host: str = "localhost", **facts: str) -> Account:
    values = {"username": "", "password": "", "sender": "qibu@store.example", "sender_name": "", **facts}
    return Account(host=host, port=port, security=security, **values)


def send(to: Account, letter: Letter = LETTER) -> str:
    with open_session(to, 15) as session:
        session.offer(letter)
        return session.hand_over()


def refused(to: Account) -> tuple[Problem, bool]:
    with pytest.raises(Refused) as refusal:
        send(to)
    return refusal.value.problem, refusal.value.temporary


def certify(folder: Path, name: str = "localhost") -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    cert = (
        x509.CertificateBuilder().subject_name(who).issuer_name(who).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    (folder / "cert.pem").write_bytes(cert.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    kind = serialization.PrivateFormat.PKCS8
    (folder / "key.pem").write_bytes(key.private_bytes(serialization.Encoding.PEM, kind, plain))


@pytest.mark.parametrize("way", ["tls", "starttls"])
def test_encrypted_and_signed_in(serve: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    certify(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
    server = serve(way, "auth")
    assert send(account(server.port, way, username="qibu", password="geheim-7")).startswith("250")
    assert refused(account(server.port, way, username="qibu", password="falsch")) == (Problem.SIGN_IN, False)
    assert len(server.letters) == 1


@pytest.mark.parametrize("way", ["tls", "starttls"])
def test_a_certificate_of_somebody_else_is_refused(
    serve: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    certify(tmp_path, "mail.other.example")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
    assert refused(account(serve(way).port, way)) == (Problem.CERTIFICATE, False)


def test_without_starttls_nothing_goes_out_in_the_clear(server: Any) -> None:
    assert refused(account(server.port, "starttls")) == (Problem.NO_STARTTLS, False)
    assert server.letters == []


def test_a_port_where_nobody_listens(server: Any) -> None:
    server.child.kill()
    server.child.wait()
    assert refused(account(server.port)) == (Problem.UNREACHABLE, True)


def test_a_name_that_nobody_has(settings: Any) -> None:
    assert refused(account(25, host="mail.invalid")) == (Problem.NO_NAME, True)


def resolved(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[tuple[str, int]]:
    """The name has these addresses; what is connected to is written down, and never reached."""
    tried: list[tuple[str, int]] = []
    rows = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 25)) for address in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: rows)

    def connect(place: tuple[str, int], *_rest: Any) -> socket.socket:
        tried.append(place)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", connect)
    return tried


@pytest.mark.parametrize(("addresses", "named", "port", "problem"), [
    (["169.254.169.254"], "169.254.0.0/16,0.0.0.0/0", 25, Problem.FORBIDDEN),  # not even when it is named
    (["100.100.100.200"], "100.64.0.0/10", 25, Problem.FORBIDDEN),
    (["127.0.0.1"], "", 25, Problem.CLOSED_NETWORK),
    (["192.168.1.10"], "10.0.0.0/8", 587, Problem.CLOSED_NETWORK),
    (["192.168.1.10", "169.254.169.254"], "", 587, Problem.FORBIDDEN),
    (["203.119.25.1"], "", 5432, Problem.PORT),
    (["203.119.25.1"], "", 587, Problem.OPEN_LINE),
])  # fmt: skip
def test_where_nothing_is_connected_to(
    settings: Any, monkeypatch: pytest.MonkeyPatch, addresses: list[str], named: str, port: int, problem: Problem
) -> None:
    settings.QIBU_MAIL_NETWORKS = networks(named)
    tried = resolved(monkeypatch, *addresses)
    assert refused(account(port, host="mail.store.example")) == (problem, False)
    assert tried == []


def test_the_address_that_was_looked_at_is_the_one_connected_to(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.QIBU_MAIL_NETWORKS = networks("192.168.1.0/24")
    tried = resolved(monkeypatch, "169.254.169.254", "192.168.1.10")
    assert refused(account(2525, host="mail.store.example")) == (Problem.UNREACHABLE, True)
    assert tried == [("192.168.1.10", 2525)]


def test_a_name_cannot_smuggle_a_line_into_the_head(server: Any) -> None:
    bad = account(server.port, sender_name="七步\r\nBcc: all@example.com")
    assert refused(bad) == (Problem.BROKEN, False)
    assert server.letters == []

