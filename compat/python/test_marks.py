"""Marks on pictures, as the SDK's users ask for them."""

import base64
import json


def b64(text):
    return base64.urlsafe_b64encode(text.encode()).decode()


def test_wmi_01_wmt_01_marks_on_an_upload(client, server, bucket, image):
    client.put_object(bucket, image("mark_100x40.png"), "logo.png")
    # In IP mode the host is a header, and the SDK's link lacks the bucket's name.
    logo = client.get_presigned_download_url(bucket, "logo.png").replace(server.address, server.bucket_host(bucket))
    rules = [
        {"fileid": "key.png", "rule": f"watermark/1/image_key/{b64('logo.png')}|imageMogr2/format/png"},
        {"fileid": "url.png", "rule": f"watermark/1/image/{b64(logo)}/gravity/northwest|imageMogr2/format/png"},
        {"fileid": "text.jpg", "rule": f"watermark/2/text/{b64('数据万象')}/fill/{b64('#FFFFFF')}/fontsize/30"},
    ]
    operations = json.dumps({"is_pic_info": 1, "rules": rules})
    _, data = client.ci_put_object(bucket, image("land_640x427.jpg"), "a.jpg", PicOperations=operations)
    results = data["ProcessResults"]["Object"]
    assert [result["Key"] for result in results] == ["key.png", "url.png", "text.jpg"]
    assert all((result["Width"], result["Height"]) == ("640", "427") for result in results)


def test_wmt_23_a_mark_while_reading(client, bucket, image, tmp_path):
    client.put_object(bucket, image("land_640x427.jpg"), "a.jpg")
    rule = f"watermark/2/text/{b64('tencent cloud')}/batch/1/degree/45"
    out = tmp_path / "marked.jpg"
    client.ci_get_object(bucket, "a.jpg", str(out), Rule=rule)
    marked = out.read_bytes()
    assert marked.startswith(b"\xff\xd8") and marked != image("land_640x427.jpg")
