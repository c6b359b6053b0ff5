"""Small tools of the tests: expected failures, signed requests of any shape, raw sockets."""

import base64
import hashlib
import socket
from contextlib import contextmanager
from urllib.parse import quote

import pytest
import requests
from qcloud_cos import CosServiceError
from qcloud_cos.cos_auth import CosS3Auth


@contextmanager
def refused(status, code=None):
    """The calls inside fail with this status and code."""
    with pytest.raises(CosServiceError) as caught:
        yield caught
    assert (caught.value.get_status_code(), code and caught.value.get_error_code()) == (status, code)


def md5(data):
    return hashlib.md5(data).hexdigest()


def md5_base64(data):
    return base64.b64encode(hashlib.md5(data).digest()).decode()


def read(client, bucket, key, **options):
    return client.get_object(bucket, key, **options)["Body"].get_raw_stream().read()


def request(server, method, bucket, key="", params=None, headers=None, data=b"", sign=True, flag=""):
    """One HTTP request, signed by the SDK's own signer unless `sign` is off.

    `flag` is put in front of the query as it stands, for forms that a dict cannot say (`?acl` without `=`).
    """
    headers = {"Host": server.bucket_host(bucket), **(headers or {})}
    query = "&".join(filter(None, [flag, *(f"{quote(k, '')}={quote(v, '')}" for k, v in (params or {}).items())]))
    signed = dict(params or {}, **({flag.split("=")[0]: ""} if flag else {}))
    prepared = requests.Request(method, f"http://{server.address}/", headers=headers, data=data).prepare()
    prepared.url = f"http://{server.address}/{quote(key, '/')}" + (f"?{query}" if query else "")
    if sign:
        prepared = CosS3Auth(server.config(), key, signed)(prepared)
    with requests.Session() as session:
        return session.send(prepared, allow_redirects=False, timeout=30)


def raw_exchange(server, text, body=b"", timeout=10):
    """Sends bytes as they are and returns (status, header lines as they are, body) of the first answer."""
    with socket.create_connection((server.host, server.port), timeout=timeout) as connection:
        connection.sendall(text.replace("\n", "\r\n").encode("latin-1") + body)
        return read_answer(connection.makefile("rb"))


def read_answer(stream, has_body=True):
    status = int(stream.readline().split()[1])
    lines = []
    while (line := stream.readline().rstrip(b"\r\n")) != b"":
        lines.append(line.decode("latin-1"))
    length = next((int(line.split(":")[1]) for line in lines if line.lower().startswith("content-length:")), 0)
    return status, lines, stream.read(length) if has_body else b""
