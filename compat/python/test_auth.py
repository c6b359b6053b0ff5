"""Signatures as the SDK makes them, and what becomes of broken ones."""

import hashlib
import hmac
import time

import pytest
import requests
from helpers import CosS3Auth, read, refused, request

SPECIAL = "→↓←→↖↗↙↘! \"#$%&'()*+,-./0123456789:;<=>@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"


def test_cos_auth_03_presigned_urls(server, bucket):
    client = server.endpoint_client()
    client.put_object(bucket, b"hello", "dir/图 片.txt")
    url = client.get_presigned_url(bucket, "dir/图 片.txt", "GET", Expired=60)
    assert requests.get(url, timeout=10).content == b"hello"
    assert requests.get(url.replace("%3B", ";"), timeout=10).content == b"hello"
    url = client.get_presigned_url(bucket, "put.txt", "PUT", Expired=60)
    assert requests.put(url, data=b"by link", timeout=10).status_code == 200
    assert read(client, bucket, "put.txt") == b"by link"


def test_cos_auth_02_cos_get_10_signed_parameters(client, bucket):
    client.put_object(bucket, b"hello", "a.txt")
    overrides = dict(
        ResponseContentType="image/png",
        ResponseContentLanguage="fr",
        ResponseExpires="Wed, 21 Oct 2037 07:28:00 GMT",
        ResponseCacheControl="no-store",
        ResponseContentDisposition='attachment; filename="a b.txt"',
        ResponseContentEncoding="identity",
    )
    answer = client.get_object(bucket, "a.txt", **overrides)
    for name, value in overrides.items():
        header = {"Type": "Content-Type", "Language": "Content-Language"}.get(name.removeprefix("ResponseContent"))
        if header:
            assert answer[header] == value
    assert answer["Expires"] == overrides["ResponseExpires"]
    assert answer["Cache-Control"] == "no-store"
    assert answer["Content-Disposition"] == overrides["ResponseContentDisposition"]
    assert answer["Content-Encoding"] == "identity"


def test_cos_auth_04_rules_in_the_query_are_signed(client, bucket, image, tmp_path):
    client.put_object(bucket, image("small_100x60.png"), "a.png")
    client.ci_get_object(bucket, "a.png", str(tmp_path / "out"), Rule="imageMogr2/thumbnail/!50p")
    assert (tmp_path / "out").read_bytes().startswith(b"\x89PNG")


def test_cos_auth_05_host_signed_without_its_port(server, bucket):
    server.endpoint_client().put_object(bucket, b"x", "a")


def test_cos_auth_07_unlisted_parameters_and_headers(server, client, bucket):
    assert "Owner" in client.list_buckets(), "marker and max-keys travel unsigned"
    answer = request(server, "PUT", bucket, "a", data=b"x", headers={"Content-Language": "de"})
    assert answer.status_code == 200


def test_cos_auth_08_a_signed_header_was_changed(server, bucket):
    prepared = requests.Request(
        "PUT",
        f"http://{server.address}/a",
        headers={"Host": server.bucket_host(bucket), "x-cos-meta-a": "1"},
        data=b"x",
    ).prepare()
    prepared = CosS3Auth(server.config(), "a", {})(prepared)
    prepared.headers["x-cos-meta-a"] = "2"
    answer = requests.Session().send(prepared, timeout=10)
    assert answer.status_code == 403 and "<Code>SignatureDoesNotMatch</Code>" in answer.text


def test_cos_auth_09_a_signed_parameter_was_changed(server, client, bucket):
    client.put_object(bucket, b"x", "a")
    url = server.endpoint_client().get_presigned_url(
        bucket, "a", "GET", Params={"response-content-type": "image/png"}, Expired=60
    )
    assert requests.get(url, timeout=10).status_code == 200
    answer = requests.get(url.replace("image%2Fpng", "image%2Fgif"), timeout=10)
    assert answer.status_code == 403 and "<Code>SignatureDoesNotMatch</Code>" in answer.text


def test_cos_auth_10_a_wrong_secret(server, bucket):
    with refused(403, "SignatureDoesNotMatch") as caught:
        server.client(SecretKey="not the secret").list_objects(bucket)
    digest = caught.value.get_digest_msg()
    assert digest["message"] and digest["requestid"]


def test_cos_auth_10_the_answer_shows_both_strings(server, bucket):
    url = server.endpoint_client(SecretKey="not the secret").get_presigned_url(bucket, "a", "GET")
    text = requests.get(url, timeout=10).text
    assert "<StringToSign>sha1" in text and "<FormatString>get" in text


def test_cos_auth_11_an_unknown_secret_id(server, bucket):
    with refused(403, "InvalidAccessKeyId"):
        server.client(SecretId="AKIDnobody").list_objects(bucket)


def test_cos_auth_12_an_expired_signature(server, bucket):
    now = int(time.time())
    answer = signed_at(server, bucket, now - 1000, now - 10)
    assert answer.status_code == 403 and "<Code>AccessDenied</Code>" in answer.text
    assert "<Message>Request has expired</Message>" in answer.text and "<ServerTime>" in answer.text


def test_cos_auth_13_a_signature_from_the_future(server, bucket):
    now = int(time.time())
    answer = signed_at(server, bucket, now + 1000, now + 2000)
    assert answer.status_code == 403 and "<Code>RequestTimeTooSkewed</Code>" in answer.text
    assert signed_at(server, bucket, now + 60, now + 600).status_code == 200


def signed_at(server, bucket, start, end):
    """GET of the bucket with a signature for the given seconds; the SDK's signer always signs for now."""

    def hmac_sha1(key, text):
        return hmac.new(key.encode(), text.encode(), hashlib.sha1).hexdigest()

    times = f"{start};{end}"
    host = server.bucket_host(bucket)
    http = f"get\n/\n\nhost={host}\n"
    text = f"sha1\n{times}\n{hashlib.sha1(http.encode()).hexdigest()}\n"
    signature = hmac_sha1(hmac_sha1(server.secret_key, times), text)
    fields = f"q-sign-algorithm=sha1&q-ak={server.secret_id}&q-sign-time={times}&q-key-time={times}"
    fields += f"&q-header-list=host&q-url-param-list=&q-signature={signature}"
    return requests.get(
        f"http://{server.address}/", headers={"Host": host, "Authorization": fields}, timeout=10
    )


@pytest.mark.parametrize(
    "value",
    [
        "q-sign-algorithm=sha256&q-ak=a&q-sign-time=1;2&q-key-time=1;2&q-header-list=&q-url-param-list=&q-signature=0",
        "q-sign-algorithm=sha1&q-ak=a",
        "q-sign-algorithm=sha1&q-ak=a&q-sign-time=x&q-key-time=x&q-header-list=&q-url-param-list=&q-signature=0",
        "q-sign-algorithm=sha1&q-ak&&&=",
        "Basic dXNlcjpwYXNz",
        "q-sign-algorithm",
    ],
)
def test_cos_auth_14_malformed_authorization(server, bucket, value):
    answer = request(server, "GET", bucket, headers={"Authorization": value}, sign=False)
    assert answer.status_code == 403 and answer.headers["x-cos-request-id"]


def test_cos_auth_15_an_empty_authorization_is_anonymous(client, anonymous, bucket):
    client.put_object(bucket, b"for all", "open", ACL="public-read")
    client.put_object(bucket, b"for me", "closed")
    assert read(anonymous, bucket, "open") == b"for all"
    with refused(403, "AccessDenied"):
        anonymous.get_object(bucket, "closed")


def test_cos_auth_16_cos_put_22_special_names(client, bucket):
    for key in [SPECIAL, "中文/文件 名.txt", "a+b c%20d", "tilde~and*star'(x)!"]:
        client.put_object(bucket, key.encode(), key)
        assert read(client, bucket, key) == key.encode()
        client.delete_object(bucket, key)


def test_cos_auth_17_leading_slashes(client, bucket):
    client.put_object(bucket, b"one", "/a")
    assert read(client, bucket, "a") == b"one"
    client.put_object(bucket, b"two", "//a")
    assert read(client, bucket, "//a") == b"two"
    assert sorted(entry["Key"] for entry in client.list_objects(bucket)["Contents"]) == ["/a", "a"]


def test_cos_auth_18_header_values_of_all_kinds(client, bucket):
    client.put_object(
        bucket,
        b"x",
        "a",
        ContentDisposition='attachment; filename="a \'b\' (1).txt"',
        GrantRead='id="100000000002",id="100000000003"',
        Metadata={"x-cos-meta-text": "spaces  inside, ;=&/?"},
    )
    head = client.head_object(bucket, "a")
    assert head["Content-Disposition"] == 'attachment; filename="a \'b\' (1).txt"'
    assert head["x-cos-meta-text"] == "spaces  inside, ;=&/?"
