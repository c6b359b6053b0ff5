"""A running calotype and the official SDK pointed at it.

The server is somebody else's business: `cargo xtask test` starts it and says where it is in CALOTYPE_ENDPOINT,
CALOTYPE_SECRET_ID, CALOTYPE_SECRET_KEY, CALOTYPE_APPID, CALOTYPE_UIN and CALOTYPE_REGION.
"""

import logging
import os
import socket
import uuid
from dataclasses import dataclass
from pathlib import Path

import pytest
from qcloud_cos import CosConfig, CosS3Client, CosServiceError

IMAGES = Path(__file__).parents[2] / "testdata" / "images"
logging.getLogger("qcloud_cos").setLevel(logging.CRITICAL)


@dataclass(frozen=True)
class Server:
    """Where calotype listens and whose keys it knows."""

    host: str
    port: int
    secret_id: str
    secret_key: str
    appid: str
    uin: str
    region: str

    @property
    def address(self):
        return f"{self.host}:{self.port}"

    def bucket_host(self, bucket):
        return f"{bucket}.cos.{self.region}.myqcloud.com"

    @property
    def owner_id(self):
        return f"qcs::cam::uin/{self.uin}:uin/{self.uin}"

    def config(self, **changes):
        """The four changed settings of the readme, plus whatever a test wants otherwise."""
        settings = dict(
            Region=self.region,
            SecretId=self.secret_id,
            SecretKey=self.secret_key,
            Scheme="http",
            IP=self.host,
            Port=self.port,
            ServiceDomain=self.address,
        )
        settings.update(changes)
        return CosConfig(**{name: value for name, value in settings.items() if value is not None})

    def client(self, **changes):
        return CosS3Client(self.config(**changes), retry=0)

    def endpoint_client(self, suffix="example.test", **changes):
        """A client in Endpoint mode: the bucket is in the URL's own host."""
        endpoint = f"cos.{self.region}.{suffix}:{self.port}"
        return self.client(IP=None, Port=None, Endpoint=endpoint, **changes)

    def proxy_client(self, **changes):
        """A client in Proxies mode: requests arrive in absolute form under the official host names."""
        proxies = {"http": f"http://{self.address}"}
        return self.client(IP=None, Port=None, ServiceDomain=None, Proxies=proxies, **changes)


@pytest.fixture(scope="session")
def server():
    host, port = os.environ["CALOTYPE_ENDPOINT"].removeprefix("http://").rsplit(":", 1)
    return Server(
        host=host,
        port=int(port),
        secret_id=os.environ["CALOTYPE_SECRET_ID"],
        secret_key=os.environ["CALOTYPE_SECRET_KEY"],
        appid=os.environ.get("CALOTYPE_APPID", "1250000000"),
        uin=os.environ.get("CALOTYPE_UIN", "100000000001"),
        region=os.environ.get("CALOTYPE_REGION", "ap-guangzhou"),
    )


@pytest.fixture(scope="session", autouse=True)
def example_test_names(server):
    """Plays the hosts file: every name under example.test is the server."""
    real = socket.getaddrinfo

    def resolve(host, *args, **kwargs):
        name = host.decode() if isinstance(host, bytes) else host
        return real(server.host if name and name.endswith(".example.test") else host, *args, **kwargs)

    socket.getaddrinfo = resolve
    yield
    socket.getaddrinfo = real


@pytest.fixture(scope="session")
def client(server):
    return server.client()


@pytest.fixture
def anonymous(server):
    return server.client(SecretId=None, SecretKey=None, Anonymous=True)


def versions_of(client, bucket):
    """Up to 1000 versions and delete markers, as a batch delete names them."""
    page = client.list_objects_versions(bucket)
    entries = page.get("Version", []) + page.get("DeleteMarker", [])
    return [{"Key": entry["Key"], "VersionId": entry["VersionId"]} for entry in entries][:1000]


def remove_bucket(client, bucket):
    """Empties a bucket, uploads and versions included, and removes it; a bucket that is gone is fine."""
    try:
        for upload in client.list_multipart_uploads(bucket).get("Upload", []):
            client.abort_multipart_upload(bucket, upload["Key"], upload["UploadId"])
        while keys := [entry["Key"] for entry in client.list_objects(bucket).get("Contents", [])]:
            # One leading slash of a key in a batch is the path's, as in a URL.
            objects = [{"Key": f"/{key}" if key.startswith("/") else key} for key in keys]
            client.delete_objects(bucket, {"Object": objects, "Quiet": "true"})
        while entries := versions_of(client, bucket):
            client.delete_objects(bucket, {"Object": entries, "Quiet": "true"})
        client.delete_bucket(bucket)
    except CosServiceError as error:
        if error.get_status_code() != 404:
            raise


@pytest.fixture
def make_bucket(client, server):
    """A function that creates buckets; they go away with the test."""
    made = []

    def make(**options):
        bucket = f"t{uuid.uuid4().hex[:12]}-{server.appid}"
        client.create_bucket(bucket, **options)
        made.append(bucket)
        return bucket

    yield make
    for bucket in made:
        remove_bucket(client, bucket)


@pytest.fixture
def bucket(make_bucket):
    return make_bucket()


@pytest.fixture(scope="session")
def image():
    """Reads a picture of testdata/images."""
    return lambda name: (IMAGES / name).read_bytes()


@pytest.fixture
def big_file(tmp_path):
    """A function that writes a file of so many bytes, no two MiB alike, and returns its path."""

    def write(size_bytes):
        path = tmp_path / f"{size_bytes}.bin"
        block = os.urandom(1 << 20)
        with path.open("wb") as out:
            number = 0
            while size_bytes > 0:
                piece = (number.to_bytes(8, "big") + block[8:])[:size_bytes]
                out.write(piece)
                size_bytes -= len(piece)
                number += 1
        return path

    return write
