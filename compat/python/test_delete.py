"""Deleting one object and many."""

from helpers import md5_base64, refused, request


def test_cos_del_01_there_or_not(server, client, bucket):
    client.put_object(bucket, b"x", "a")
    assert request(server, "DELETE", bucket, "a").status_code == 204
    assert request(server, "DELETE", bucket, "a").status_code == 204
    assert not client.object_exists(bucket, "a")


def test_cos_del_02_no_such_bucket(client, server):
    with refused(404, "NoSuchBucket"):
        client.delete_object(f"nowhere-{server.appid}", "a")


def test_cos_del_05_cos_del_07_many_verbose(client, bucket):
    client.put_object(bucket, b"x", "a")
    answer = client.delete_objects(bucket, {"Object": [{"Key": "a"}, {"Key": "missing"}], "Quiet": "false"})
    assert [entry["Key"] for entry in answer["Deleted"]] == ["a", "missing"]
    assert not client.object_exists(bucket, "a")


def test_cos_del_06_many_quiet(client, bucket):
    client.put_object(bucket, b"x", "a")
    answer = client.delete_objects(bucket, {"Object": [{"Key": "a"}], "Quiet": "true"})
    assert answer.get("DeleteResult", "absent") is None


def test_cos_del_08_1000_and_no_more(client, bucket):
    def objects(count):
        return {"Object": [{"Key": f"k{number}"} for number in range(count)], "Quiet": "true"}

    client.delete_objects(bucket, objects(1000))
    for count in (1001, 0):
        with refused(400, "MalformedXML"):
            client.delete_objects(bucket, objects(count))


def test_cos_del_09_content_md5_is_a_must(server, bucket):
    body = b"<Delete><Object><Key>a</Key></Object></Delete>"
    wrong = request(server, "POST", bucket, params={"delete": ""}, data=body, headers={"Content-MD5": md5_base64(b"")})
    assert wrong.status_code == 400 and "<Code>BadDigest</Code>" in wrong.text
    assert request(server, "POST", bucket, params={"delete": ""}, data=body).status_code == 400


def test_cos_del_10_names_beyond_ascii(client, bucket):
    keys = ["中文 & <tag>", "a+b", 'quote"s']
    for key in keys:
        client.put_object(bucket, b"x", key)
    answer = client.delete_objects(bucket, {"Object": [{"Key": key} for key in keys], "Quiet": "false"})
    assert [entry["Key"] for entry in answer["Deleted"]] == keys
    assert "Contents" not in client.list_objects(bucket)


def test_cos_del_12_malformed_xml(server, bucket):
    body = b"<Delete><Object>"
    headers = {"Content-MD5": md5_base64(body)}
    answer = request(server, "POST", bucket, params={"delete": ""}, data=body, headers=headers)
    assert answer.status_code == 400 and "<Code>MalformedXML</Code>" in answer.text
