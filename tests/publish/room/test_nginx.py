"""The room behind the real nginx with deploy/nginx.conf: it loads, keeps pages, and cannot be poisoned."""

import datetime
import os
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from database.store import Store
from publish.serve import ReadingRoom
from tests.factory.rows import add_agency, add_report

NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
CONFIGURATION = Path(__file__).parents[3] / "deploy" / "nginx.conf"
NAME = "nianbao.example.org"
pytestmark = [pytest.mark.skipif(NGINX is None, reason="needs nginx"), pytest.mark.xdist_group("nginx")]


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def _certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for the site's name that it has signed itself, and its key."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    files = folder / "site.pem", folder / "site.key"
    files[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    files[1].write_bytes(key.private_bytes(*form))
    return files


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """nginx's port, on loopback; but for ports and paths its configuration is the one that is shipped."""
    folder = tmp_path_factory.mktemp("nginx")
    with Store(folder / "small.db") as store:
        add_agency(store, "示例局")
        add_report(store, "henan-1", "示例局", 2022, {"applications/received/total": 5})
    port = _free_port()
    room = ReadingRoom(folder / "small.db", public=True, url=f"https://{NAME}:{port}")
    server = uvicorn.Server(uvicorn.Config(room.app(), port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    upstream = server.servers[0].sockets[0].getsockname()[1]
    certificate, key = _certificate(folder)
    shipped = CONFIGURATION.read_text(encoding="utf-8")
    for old, new in (
        ("listen 443", f"listen 127.0.0.1:{port}"),
        ("127.0.0.1:8001", f"127.0.0.1:{upstream}"),
        (f"/etc/ssl/{NAME}.pem", str(certificate)),
        (f"/etc/ssl/private/{NAME}.key", str(key)),
        ("/var/cache/nginx/nianbao", str(folder / "cache")),
    ):
        assert old in shipped
        shipped = shipped.replace(old, new)
    # The processes of root's nginx would else be another user's, who may not look into a test's folder.
    user = "user root;" if os.geteuid() == 0 else ""
    folders = " ".join(
        f"{one}_temp_path {folder}/{one};" for one in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    head = f"daemon off; {user} pid {folder}/pid; events {{}}"
    body = f"http {{ access_log off; {folders}\n{shipped}\n}}"
    (folder / "nginx.conf").write_text(f"{head}\n{body}", encoding="utf-8")
    command = [str(NGINX), "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]
    checked = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    with subprocess.Popen(command) as nginx:
        while not _listens(port):
            assert nginx.poll() is None, (folder / "error.log").read_text(encoding="utf-8")
            time.sleep(0.02)
        yield port
        nginx.terminate()
    server.should_exit = True
    thread.join()


def _listens(port: int) -> bool:
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0


def _get(port: int, path: str, name: str = NAME, **headers: str) -> httpx.Response:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with httpx.Client(verify=context, timeout=60) as client:
        asked = client.build_request("GET", f"https://127.0.0.1:{port}{path}", headers=headers)
        asked.extensions["sni_hostname"] = name
        return client.send(asked)


@pytest.mark.parametrize("path", ["/", "/nianbao/reports/henan-1", "/-/map", "/nianbao/reports"])
def test_a_page_is_kept(port: int, path: str) -> None:
    answers = [_get(port, path, host=f"{NAME}:{port}") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert [answer.headers["x-cache-status"] for answer in answers] == ["MISS", "HIT"]


def test_a_host_header_poisons_nothing(port: int) -> None:
    path = "/nianbao/reports.json?_size=1&_shape=objects"
    assert "evil" not in _get(port, path, host="evil.example").text
    assert "evil" not in _get(port, path, host=NAME, **{"x-forwarded-host": "evil.example"}).text
    assert f"https://{NAME}:{port}/" in _get(port, "/nianbao/reports", host=NAME).headers["link"]


def test_another_name_is_refused(port: int) -> None:
    with pytest.raises(httpx.TransportError):
        _get(port, "/", name="evil.example")


def test_languages_are_kept_apart_and_other_cookies_dropped(port: int) -> None:
    path = "/nianbao/regions"
    for cookie, status in (("lang=zh", "MISS"), ("lang=en", "MISS"), ("lang=en; a=1", "HIT"), ("lang=xx; b=2", "HIT")):
        assert _get(port, path, host=NAME, cookie=cookie).headers["x-cache-status"] == status, cookie


def test_a_download_comes_through_and_is_not_kept(port: int) -> None:
    answers = [_get(port, "/nianbao/cells.csv?_dl=1", host=NAME) for _ in range(2)]
    assert [answer.headers["x-cache-status"] for answer in answers] == ["MISS", "MISS"]
    assert answers[0].content.startswith(b"\xef\xbb\xbfreport,cell")


def test_a_browser_reads_through_nginx(port: int) -> None:
    sync_api = pytest.importorskip("playwright.sync_api", reason="needs playwright")
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("needs chromium")
    complaints: list[str] = []
    with sync_api.sync_playwright() as playwright:
        rules = f"--host-resolver-rules=MAP {NAME} 127.0.0.1"
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", rules])
        page: Any = browser.new_context(ignore_https_errors=True).new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"https://{NAME}:{port}/")
        page.fill("form.quick input[name=q]", "示例")
        page.press("form.quick input[name=q]", "Enter")
        page.click("a[href='/nianbao/reports/henan-1']")
        assert page.url == f"https://{NAME}:{port}/nianbao/reports/henan-1"
        assert page.inner_text("[id='applications/received/total']") == "5"
        browser.close()
    assert complaints == []
