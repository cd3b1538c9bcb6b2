"""Logging in through OpenID Connect, against a provider on loopback."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from fastapi.testclient import TestClient

from service.runtime import Runtime
from service.settings import OidcSettings
from tests.conftest import PASSWORD
from tests.service.accounts.conftest import bearer

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
STRANGERS_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Provider:
    """An identity provider whose answers a test can spoil."""

    def __init__(self) -> None:
        self.name = "secretary"
        self.subject = "subject-1"
        self.spoiled: dict[str, Any] = {}
        self.key = KEY
        self.codes: dict[str, dict[str, str]] = {}
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self.handler())
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def consent(self, address: str) -> dict[str, str]:
        """Let the person log in; the parameters that the browser brings back."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        self.codes["code-1"] = asked
        return {"code": "code-1", "state": asked["state"]}

    def documents(self) -> dict[str, Any]:
        key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
        return {
            "/.well-known/openid-configuration": {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
            },
            "/keys": {"keys": [key | {"kid": "1", "alg": "RS256", "use": "sig"}]},
        }

    def redeem(self, form: dict[str, str]) -> dict[str, Any] | None:
        asked = self.codes.pop(form["code"], None)
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if asked is None or asked["code_challenge"] != challenge:
            return None
        now = int(time.time())
        claims = {
            "iss": self.issuer, "aud": "plotwatch", "sub": self.subject, "iat": now,
            "exp": now + 300, "nonce": asked["nonce"], "preferred_username": self.name,
        } | self.spoiled  # fmt: skip
        return {"id_token": jwt.encode(claims, self.key, "RS256", {"kid": "1"})}

    def handler(self) -> type[BaseHTTPRequestHandler]:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.answer(provider.documents().get(self.path))

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                form = {name: values[0] for name, values in parse_qs(body).items()}
                self.answer(provider.redeem(form))

            def answer(self, body: Any) -> None:
                self.send_response(200 if body else 400)
                self.end_headers()
                self.wfile.write(json.dumps(body or {"error": "invalid_grant"}).encode())

            def log_message(self, *_: Any) -> None:
                pass

        return Handler


@pytest.fixture
def provider(runtime: Runtime) -> Iterator[Provider]:
    provider = Provider()
    runtime.settings.oidc = OidcSettings(issuer=provider.issuer)
    yield provider
    provider.server.shutdown()
    provider.server.server_close()


@pytest.fixture
def browser(provider: Provider, client: TestClient) -> TestClient:
    """A browser, and an account that was made for logging in through the provider."""
    client.auth = ("admin", PASSWORD)
    account = {"username": "secretary", "role": "village", "villages": ["500118001203"]}
    assert client.post("/api/accounts", json=account | {"external": True}).status_code == 201
    client.auth = None
    client.follow_redirects = False
    return client


def start(browser: TestClient) -> str:
    answer = browser.get("/api/auth/oidc/start")
    assert answer.status_code == 303
    return str(answer.headers["location"])


def come_back(browser: TestClient, parameters: dict[str, str]) -> Any:
    return browser.get("/api/auth/oidc/callback", params=parameters)


def test_the_provider_vouches_for_the_account_made_for_it(
    browser: TestClient, provider: Provider
) -> None:
    back = come_back(browser, provider.consent(start(browser)))
    page, _, code = back.headers["location"].partition("#link=")
    assert (back.status_code, page) == (303, "http://testserver/login")
    token = browser.post("/api/auth/link", json={"token": code})
    me = browser.get("/api/me", headers=bearer(token)).json()
    assert (me["username"], me["villages"]) == ("secretary", ["500118001203"])


def test_afterwards_the_subject_counts_and_no_longer_the_name(
    browser: TestClient, provider: Provider
) -> None:
    come_back(browser, provider.consent(start(browser)))
    provider.name = "renamed"
    assert come_back(browser, provider.consent(start(browser))).status_code == 303
    provider.name, provider.subject = "secretary", "somebody-else"
    assert come_back(browser, provider.consent(start(browser))).status_code == 401


def test_a_name_at_the_provider_never_takes_an_account_with_a_password(
    browser: TestClient, provider: Provider
) -> None:
    provider.name = "admin"
    assert come_back(browser, provider.consent(start(browser))).status_code == 401


@pytest.mark.parametrize(
    "spoiled",
    [
        {"aud": "another-service"},
        {"iss": "http://elsewhere"},
        {"nonce": "of-another-login"},
        {"exp": 1_000_000_000},
        {"azp": "another-service"},
    ],
)
def test_a_token_for_another_login_is_refused(
    browser: TestClient, provider: Provider, spoiled: dict[str, Any]
) -> None:
    provider.spoiled = spoiled
    assert come_back(browser, provider.consent(start(browser))).status_code == 401


def test_a_token_signed_by_a_stranger_is_refused(browser: TestClient, provider: Provider) -> None:
    provider.key = STRANGERS_KEY
    assert come_back(browser, provider.consent(start(browser))).status_code == 401


def test_an_answer_that_this_browser_did_not_ask_for_is_refused(
    browser: TestClient, provider: Provider
) -> None:
    parameters = provider.consent(start(browser))
    assert come_back(browser, parameters | {"state": "forged"}).status_code == 401
    browser.cookies.clear()
    assert come_back(browser, parameters).status_code == 401


def test_a_login_broken_off_is_a_401(browser: TestClient) -> None:
    assert come_back(browser, {"error": "access_denied"}).status_code == 401


def test_a_code_is_good_once(browser: TestClient, provider: Provider) -> None:
    parameters = provider.consent(start(browser))
    assert come_back(browser, parameters).status_code == 303
    assert come_back(browser, parameters).status_code == 401


def test_a_silent_provider_is_said_to_be_silent(browser: TestClient, runtime: Runtime) -> None:
    runtime.settings.oidc = OidcSettings(issuer="http://127.0.0.1:9")
    answer = browser.get("/api/auth/oidc/start")
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")


def test_without_a_provider_there_is_no_such_door(client: TestClient) -> None:
    assert client.get("/api/auth/oidc/start").status_code == 404
    assert client.get("/api/auth/ways").json() == {"password": True, "oidc": None, "address": None}
