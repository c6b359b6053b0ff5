"""What the bytes on the wire must look like, seen on a raw socket."""

import socket
import threading
import time

import pytest
from helpers import raw_exchange, read, read_answer, request
from qcloud_cos import CosServiceError


@pytest.fixture
def open_bucket(client, make_bucket):
    """A bucket that anybody may read and write, so that raw requests need no signature."""
    bucket = make_bucket(ACL="public-read-write")
    client.put_object(bucket, b"hello", "a.txt")
    return bucket


def ask(server, bucket, line, headers="", body=b""):
    return raw_exchange(server, f"{line} HTTP/1.1\nHost: {server.bucket_host(bucket)}\n{headers}\n", body)


def names(lines):
    return [line.split(":")[0] for line in lines]


def test_cos_wire_01_header_names_have_their_case(server, open_bucket):
    status, lines, body = ask(server, open_bucket, "GET /a.txt")
    assert (status, body) == (200, b"hello")
    for name in ["ETag", "Content-Length", "Last-Modified", "Content-Type", "x-cos-request-id", "Server", "Date"]:
        assert name in names(lines)


def test_cos_wire_03_304_has_a_length(server, client, open_bucket):
    tag = client.head_object(open_bucket, "a.txt")["ETag"]
    status, lines, _ = ask(server, open_bucket, "GET /a.txt", f"If-None-Match: {tag}\n")
    assert status == 304 and "Content-Length: 0" in lines


def test_cos_wire_04_cos_wire_06_every_answer_says_who_and_when(server, open_bucket):
    seen = set()
    asked = [
        ("GET /a.txt", "", 200),
        ("DELETE /none", "", 204),
        ("GET /a.txt", "Range: bytes=0-1\n", 206),
        ("GET /?max-keys=x", "", 400),
        ("GET /?acl", "", 403),
        ("GET /none", "", 404),
        ("PATCH /a.txt", "", 405),
        ("GET /a.txt", 'If-Match: "0"\n', 412),
        ("GET /a.txt", "Range: bytes=99-\n", 416),
    ]
    for line, headers, expected in asked:
        status, lines, _ = ask(server, open_bucket, line, headers)
        assert status == expected, line
        values = dict(entry.split(": ", 1) for entry in lines)
        assert values["Server"] == "tencent-cos" and values["Date"].endswith("GMT")
        seen.add(values["x-cos-request-id"])
    assert len(seen) == len(asked)


def test_cos_wire_05_cos_err_01_errors_carry_a_trace(server, open_bucket):
    status, lines, body = ask(server, open_bucket, "GET /none")
    trace = next(line.split(": ")[1] for line in lines if line.startswith("x-cos-trace-id: "))
    assert status == 404 and f"<TraceId>{trace}</TraceId>".encode() in body
    for element in (b"Code", b"Message", b"Resource", b"RequestId"):
        assert b"<" + element + b">" in body and b"<" + element + b"></" not in body


def test_cos_wire_07_close_and_keep_alive(server, open_bucket):
    head = f"GET /a.txt HTTP/1.1\r\nHost: {server.bucket_host(open_bucket)}\r\n"
    with socket.create_connection((server.host, server.port), timeout=10) as connection:
        stream = connection.makefile("rb")
        for _ in range(100):
            connection.sendall(f"{head}\r\n".encode())
            assert read_answer(stream)[2] == b"hello"
        connection.sendall(f"{head}Connection: close\r\n\r\n".encode())
        _, lines, _ = read_answer(stream)
        assert "Connection: close" in lines and stream.read() == b""


def test_cos_wire_09_expect_100_continue(server, open_bucket):
    head = f"PUT /e HTTP/1.1\r\nHost: {server.bucket_host(open_bucket)}\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n"
    with socket.create_connection((server.host, server.port), timeout=10) as connection:
        stream = connection.makefile("rb")
        connection.sendall(head.encode())
        assert read_answer(stream, has_body=False)[0] == 100
        connection.sendall(b"hello")
        assert read_answer(stream)[0] == 200


def test_cos_wire_10_absolute_targets(server, open_bucket):
    host = server.bucket_host(open_bucket)
    status, _, body = raw_exchange(server, f"GET http://{host}/a.txt HTTP/1.1\nHost: {host}\n\n")
    assert (status, body) == (200, b"hello")


def test_cos_wire_11_bodies_of_get_and_delete_are_read(server, open_bucket):
    head = f"Host: {server.bucket_host(open_bucket)}\r\nContent-Length: 11\r\n\r\n<GetStyle/>"
    with socket.create_connection((server.host, server.port), timeout=10) as connection:
        stream = connection.makefile("rb")
        for line, status in [("GET /a.txt", 200), ("DELETE /none", 204), ("GET /none", 404), ("GET /a.txt", 200)]:
            connection.sendall(f"{line} HTTP/1.1\r\n{head}".encode())
            assert read_answer(stream)[0] == status


def test_cos_wire_13_an_unread_download_blocks_nobody(server, client, make_bucket, big_file):
    bucket = make_bucket(ACL="public-read")
    path = big_file(50_000_000)
    client.put_object(bucket, path.open("rb"), "big")
    with socket.create_connection((server.host, server.port), timeout=10) as connection:
        connection.sendall(f"GET /big HTTP/1.1\r\nHost: {server.bucket_host(bucket)}\r\n\r\n".encode())
        connection.recv(1000)
        start = time.perf_counter()
        client.put_object(bucket, b"new", "big")
        assert read(client, bucket, "big") == b"new"
        client.delete_object(bucket, "big")
        assert time.perf_counter() - start < 1.0


def test_cos_wire_16_large_headers(server, open_bucket):
    status, _, _ = ask(server, open_bucket, "GET /a.txt", f"x-cos-meta-long: {'v' * 16_000}\n")
    assert status == 200
    try:
        status, _, _ = ask(server, open_bucket, "GET /a.txt", f"x-cos-meta-long: {'v' * 400_000}\n")
        assert status in (400, 431)
    except OSError:
        pass  # the server hung up before all of it was sent
    assert ask(server, open_bucket, "GET /a.txt")[0] == 200


def test_cos_wire_17_utf8_in_header_values(server, open_bucket):
    value = "中文 ä".encode()
    line = b"PUT /m HTTP/1.1\r\nHost: " + server.bucket_host(open_bucket).encode() + b"\r\nContent-Length: 0\r\n"
    with socket.create_connection((server.host, server.port), timeout=10) as connection:
        stream = connection.makefile("rb")
        connection.sendall(line + b"x-cos-meta-text: " + value + b"\r\n\r\n")
        assert read_answer(stream)[0] == 200
    _, lines, _ = ask(server, open_bucket, "GET /m")
    assert f"x-cos-meta-text: {value.decode('latin-1')}" in lines


def test_cos_wire_18_xml_is_application_xml(server, open_bucket):
    for line in ("GET /", "GET /none"):
        _, lines, _ = ask(server, open_bucket, line)
        assert "Content-Type: application/xml" in lines


def test_cos_wire_19_no_redirects(server, client, bucket):
    for key, params in [("", {}), ("dir", {}), ("dir/", {}), ("", {"location": ""})]:
        assert not 300 <= request(server, "GET", bucket, key, params=params).status_code < 400


def test_cos_wire_20_cos_wire_21_paths_are_decoded_once(server, client, open_bucket):
    for path in ["/a//b", "/a/../b", "/.%2Fx", "/%2541", "/c%2Fd"]:
        assert ask(server, open_bucket, f"PUT {path}", f"Content-Length: {len(path)}\n", path.encode())[0] == 200
    keys = {entry["Key"] for entry in client.list_objects(open_bucket)["Contents"]}
    assert keys == {"a.txt", "a//b", "a/../b", "./x", "%41", "c/d"}
    assert ask(server, open_bucket, "GET /c/d")[2] == b"/c%2Fd"


def test_cos_wire_22_plus_in_a_path_is_a_plus(server, client, open_bucket):
    assert ask(server, open_bucket, "PUT /p+q", "Content-Length: 1\n", b"x")[0] == 200
    assert client.object_exists(open_bucket, "p+q")


def test_cos_wire_23_flags_with_and_without_equals(server, bucket):
    plain, equals = (request(server, "GET", bucket, flag=flag) for flag in ("acl", "acl="))
    assert plain.status_code == equals.status_code == 200 and plain.text == equals.text


def test_cos_err_02_resource(server, open_bucket):
    _, _, body = ask(server, open_bucket, "GET /x&y%20z?versionId=")
    assert f"<Resource>{server.bucket_host(open_bucket)}/x&amp;y%20z</Resource>".encode() in body


def test_cos_err_03_cos_err_09_head_errors_are_headers_only(server, open_bucket):
    with socket.create_connection((server.host, server.port), timeout=10) as connection:
        stream = connection.makefile("rb")
        host = server.bucket_host(open_bucket)
        connection.sendall(f"HEAD /none HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        status, lines, _ = read_answer(stream, has_body=False)
        assert status == 404 and "x-cos-trace-id" in names(lines) and "x-cos-error-code" not in names(lines)
        connection.sendall(f"GET /a.txt HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        assert read_answer(stream)[2] == b"hello", "nothing of the HEAD's answer is left on the connection"


def test_cos_err_04_cos_err_05_what_is_not_offered(server, bucket):
    assert request(server, "PATCH", bucket, "a").status_code == 405
    assert request(server, "POST", bucket, "a", params={"frobnicate": ""}).status_code == 405
    assert request(server, "POST", bucket, "a", params={"select": "", "select-type": "2"}).status_code == 501


@pytest.mark.parametrize(
    "text",
    [
        "GET / HTTP/1.1\n\n",
        "GET /%ff%fe HTTP/1.1\nHost: x-1.cos.y.z\n\n",
        "GET /?%=&&=%zz HTTP/1.1\nHost: x-1.cos.y.z\n\n",
        "PUT /a HTTP/1.1\nHost: x-1.cos.y.z\nContent-Length: nine\n\n",
        "POST /?delete HTTP/1.1\nHost: x-1.cos.y.z\nContent-Length: 3\n\n<x>",
        "FROB / HTTP/1.1\nHost: \x01\n\n",
        "nonsense\n\n",
        "GET / HTTP/1.1\nHost: x-1.cos.y.z\nRange: bytes=99999999999999999999-\n\n",
    ],
)
def test_cos_err_06_nonsense_is_refused_and_survived(server, open_bucket, text):
    try:
        status, _, _ = raw_exchange(server, text)
        assert status < 500
    except (OSError, IndexError):
        pass  # hanging up is an answer too
    assert ask(server, open_bucket, "GET /a.txt")[0] == 200


def test_cos_err_01_the_sdk_reads_all_of_an_error(client, bucket, server):
    with pytest.raises(CosServiceError) as caught:
        client.get_object(bucket, "missing")
    error = caught.value
    assert (error.get_status_code(), error.get_error_code()) == (404, "NoSuchKey")
    assert error.get_error_msg() and error.get_request_id() and error.get_trace_id()
    assert error.get_resource_location() == f"{server.bucket_host(bucket)}/missing"


def test_cos_wire_07_threads_share_the_server(server, client, bucket):
    failures = []

    def work(number):
        try:
            client.put_object(bucket, str(number).encode(), f"k{number}")
            assert read(client, bucket, f"k{number}") == str(number).encode()
        except Exception as error:  # noqa: BLE001 - collected and shown below
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


