"""QR codes and hidden data, as the official SDK asks for them."""

import base64
import json

import pytest
from helpers import read

TEXT = "https://example.test/a"


@pytest.fixture
def code(image):
    return image("qr_300x300.png")


def test_qr_01_qr_02_codes_are_read(client, bucket, code, image):
    client.put_object(bucket, code, "code.png")
    _, data = client.ci_get_object_qrcode(bucket, "code.png", 0)
    assert data["CodeStatus"] == "1" and data["QRcodeInfo"]["CodeUrl"] == TEXT
    points = data["QRcodeInfo"]["CodeLocation"]["Point"]
    assert len(points) == 4 and all(int(number) > 0 for point in points for number in point.split(","))
    client.put_object(bucket, image("land_640x427.jpg"), "land.jpg")
    _, data = client.ci_get_object_qrcode(bucket, "land.jpg", 1)
    assert data["CodeStatus"] == "0" and "QRcodeInfo" not in data


def test_qr_03_qr_04_cover_and_kind(client, bucket, code):
    client.put_object(bucket, code, "code.png")
    _, data = client.ci_get_object_qrcode(bucket, "code.png", 1, BarType=1)
    client.put_object(bucket, base64.b64decode(data["ResultImage"]), "covered.png")
    assert client.ci_get_object_qrcode(bucket, "covered.png", 0)[1]["CodeStatus"] == "0"
    assert client.ci_get_object_qrcode(bucket, "code.png", 0, BarType=2)[1]["CodeStatus"] == "0"


def test_qr_07_upload(client, bucket, code, tmp_path):
    path = tmp_path / "code.png"
    path.write_bytes(code)
    rules = '{"is_pic_info":1,"rules":[{"fileid":"format.png","rule":"QRcode/cover/1"}]}'
    _, data = client.ci_put_object_from_local_file_and_get_qrcode(bucket, str(path), "code.png", PicOperations=rules)
    result = data["ProcessResults"]["Object"]
    assert result["QRcodeInfo"]["CodeUrl"] == TEXT and result["Key"] == "format.png"
    assert read(client, bucket, "format.png") != code


def test_qr_08_qr_09_generation(client, bucket):
    for content, mode, text in (("https://www.example.com", 0, "https://www.example.com"), ("400638133393", 1, "4006381333931")):
        drawn = client.ci_qrcode_generate(bucket, content, 300, Mode=mode)
        picture = base64.b64decode(drawn["ResultImage"])
        assert picture.startswith(b"\x89PNG")
        client.put_object(bucket, picture, "drawn.png")
        _, data = client.ci_get_object_qrcode(bucket, "drawn.png", 0)
        assert data["QRcodeInfo"]["CodeUrl"] == text


def test_info_23_info_24_image_inspect(client, bucket, code):
    client.put_object(bucket, code, "clean.png")
    client.put_object(bucket, code + (b"\x47" + bytes(187)) * 10, "dirty.png")
    clean, dirty = (json.loads(client.ci_image_inspect(bucket, key)[1]) for key in ("clean.png", "dirty.png"))
    assert clean["suspicious"] is False
    assert (dirty["suspicious"], dirty["suspiciousType"], dirty["suspiciousBeginByte"]) == (True, "MPEG-TS", len(code))
