"""The ways a client is pointed at a server: IP and port, endpoint, proxy, and what the Host header then says."""

import requests
from helpers import read, refused, request


def use(client, bucket):
    """Put, read, list and delete, the everyday round."""
    client.put_object(bucket, b"hello", "dir/a.txt")
    assert read(client, bucket, "dir/a.txt") == b"hello"
    assert [entry["Key"] for entry in client.list_objects(bucket)["Contents"]] == ["dir/a.txt"]
    client.delete_object(bucket, "dir/a.txt")
    assert not client.object_exists(bucket, "dir/a.txt")


def test_cos_addr_09_ip_and_port_mode(client, bucket):
    use(client, bucket)
    assert bucket in [entry["Name"] for entry in client.list_buckets()["Buckets"]["Bucket"]]


def test_cos_addr_01_cos_addr_02_endpoint_mode_with_a_port(server, bucket):
    use(server.endpoint_client(), bucket)


def test_cos_addr_05_cos_wire_10_proxy_mode_sends_absolute_targets(server, bucket):
    client = server.proxy_client()
    use(client, bucket)
    assert bucket in [entry["Name"] for entry in client.list_buckets()["Buckets"]["Bucket"]]


def test_cos_addr_01_any_suffix_reaches_the_bucket(server, client, bucket):
    client.put_object(bucket, b"hello", "a", ACL="public-read")
    for suffix in ["cos.ap-guangzhou.myqcloud.com", "cos.x.example.test", "cos-internal.r.tencentcos.cn:9000"]:
        answer = requests.get(f"http://{server.address}/a", headers={"Host": f"{bucket}.{suffix}"}, timeout=10)
        assert (answer.status_code, answer.content) == (200, b"hello")


def test_cos_addr_03_path_style_on_an_ip(server, client, bucket):
    client.put_object(bucket, b"hello", "dir/a", ACL="public-read")
    assert requests.get(f"http://{server.address}/{bucket}/dir/a", timeout=10).content == b"hello"


def test_cos_addr_06_ci_and_pic_hosts_are_the_bucket(server, client, bucket):
    client.put_object(bucket, b"hello", "a", ACL="public-read")
    for kind in ["ci", "pic"]:
        host = f"{bucket}.{kind}.{server.region}.myqcloud.com"
        assert requests.get(f"http://{server.address}/a", headers={"Host": host}, timeout=10).content == b"hello"


def test_cos_addr_12_bad_bucket_names(server, client):
    # Host names know no case, so capitals show in a path only.
    answer = requests.put(f"http://{server.address}/Upper-{server.appid}", timeout=10)
    assert answer.status_code == 400 and "<Code>InvalidBucketName</Code>" in answer.text
    for name in [f"under_score-{server.appid}", f"-lead-{server.appid}", "noappid"]:
        assert request(server, "PUT", name).status_code in (400, 404), name
    with refused(404, "NoSuchBucket"):
        client.list_objects(f"nowhere-{server.appid}")
