"""The official command line tool: upload, list, info, download, copy, delete (COS-SDK-13)."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

KEYS = ["a b.txt", "a+b.txt", "100%.txt", "%41.txt", "图 片.txt", "😀/🎞.txt", "a//b.txt", "x/../b.txt", "(1)!'*~.txt"]


@pytest.fixture
def coscmd(server, bucket, tmp_path):
    """A function that runs the tool with its endpoint option; the server is its proxy, so no name has to resolve."""
    environment = {**os.environ, "http_proxy": f"http://{server.address}", "HOME": str(tmp_path)}
    files = ["-c", str(tmp_path / "cos.conf"), "-l", str(tmp_path / "cos.log")]

    def run(*words, expect=0):
        command = [Path(sys.executable).with_name("coscmd"), *files, *map(str, words)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
        assert done.returncode == expect, done.stdout + done.stderr
        return done.stdout + done.stderr

    endpoint = f"cos.{server.region}.example.test"
    keys = ["-a", server.secret_id, "-s", server.secret_key]
    run("config", *keys, "-b", bucket, "-e", endpoint, "--do-not-use-ssl")
    with open(tmp_path / "cos.conf", "a") as settings:
        settings.write("multiupload_threshold = 20\n")
    return run


def test_cos_sdk_13_keys_round_trip(coscmd, client, bucket, tmp_path):
    for number, key in enumerate(KEYS):
        (tmp_path / "in").write_bytes(key.encode())
        coscmd("upload", tmp_path / "in", key)
        assert client.get_object(bucket, key)["Body"].get_raw_stream().read() == key.encode()
        coscmd("download", "-f", key, tmp_path / f"out{number}")
        assert (tmp_path / f"out{number}").read_bytes() == key.encode()


def test_cos_sdk_13_list_info_and_delete(coscmd, client, bucket, tmp_path):
    (tmp_path / "in").write_bytes(b"hello")
    coscmd("upload", tmp_path / "in", "folder/图.txt")
    assert "folder/图.txt" in coscmd("list", "folder/")
    assert "hello" not in coscmd("info", "folder/图.txt")
    coscmd("delete", "-f", "folder/图.txt")
    assert not client.object_exists(bucket, "folder/图.txt")


def test_large_files_go_in_parts(coscmd, client, bucket, tmp_path, big_file):
    path = big_file((21 << 20) + 17)
    coscmd("upload", path, "big.bin")
    assert client.head_object(bucket, "big.bin")["ETag"].strip('"').endswith("-22")
    coscmd("download", "-f", "big.bin", tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == path.read_bytes()


def test_folders_are_synchronised(coscmd, client, bucket, tmp_path):
    folder = tmp_path / "folder"
    (folder / "deep").mkdir(parents=True)
    for name in ("a.txt", "deep/b.txt"):
        (folder / name).write_text(name)
    coscmd("upload", "-rs", f"{folder}/", "/")
    assert client.object_exists(bucket, "deep/b.txt")
    assert client.head_object(bucket, "a.txt")["x-cos-meta-md5"]
    coscmd("download", "-r", "/", tmp_path / "back")
    assert (tmp_path / "back" / "deep" / "b.txt").read_text() == "deep/b.txt"


def test_copy_and_signed_url(coscmd, client, bucket, server, tmp_path):
    (tmp_path / "in").write_bytes(b"hello")
    coscmd("upload", tmp_path / "in", "a.txt")
    source = f"{bucket}.cos.{server.region}.example.test/a.txt"
    coscmd("copy", source, "b.txt")
    assert client.object_exists(bucket, "b.txt")
    assert "q-signature=" in coscmd("signurl", "a.txt")


def test_a_missing_object_is_an_error(coscmd, tmp_path):
    coscmd("download", "missing", tmp_path / "out", expect=255)
