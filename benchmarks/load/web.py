"""What a browser asks for over HTTP, with its cookies."""

from __future__ import annotations

import http.client
import uuid
from urllib.parse import urlsplit

COOKIE = "_streamlit_xsrf"
PATIENCE = 30.0  # seconds for an answer


class Lost(RuntimeError):
    """The server did not answer in time, or closed the connection."""


def cookie_header(cookies: dict[str, str]) -> dict[str, str]:
    """The header that tells the server one's cookies."""
    text = "; ".join(f"{name}={value}" for name, value in cookies.items())
    return {"Cookie": text} if text else {}


def request(
    url: str, method: str, path: str, cookies: dict[str, str], body: bytes = b"", **headers: str
) -> None:
    """Ask for something, and keep the cookies of the answer in ``cookies``.

    Raises
    ------
    Lost
        If there is no answer, or one that is no success.
    """
    address = urlsplit(url)
    https = address.scheme == "https"
    make = http.client.HTTPSConnection if https else http.client.HTTPConnection
    connection = make(address.netloc, timeout=PATIENCE)
    try:
        connection.request(method, path, body, {**headers, **cookie_header(cookies)})
        answer = connection.getresponse()
        answer.read()
    except (OSError, http.client.HTTPException) as error:
        raise Lost(f"{method}: {error}") from None
    finally:
        connection.close()
    if answer.status >= 300:
        raise Lost(f"{method} {path.partition('?')[0]}: HTTP {answer.status}")
    for name, value in answer.getheaders():
        if name.lower() == "set-cookie":
            key, _, held = value.partition(";")[0].partition("=")
            cookies[key] = held


def put_file(url: str, path: str, cookies: dict[str, str], name: str, data: bytes) -> None:
    """Upload a file to where the server said, as a form."""
    edge = uuid.uuid4().hex
    head = (
        f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    )
    headers = {
        "Content-Type": f"multipart/form-data; boundary={edge}",
        "X-Xsrftoken": cookies.get(COOKIE, ""),
        "Origin": url,
    }
    body = head.encode() + data + f"\r\n--{edge}--\r\n".encode()
    request(url, "PUT", path, cookies, body, **headers)
