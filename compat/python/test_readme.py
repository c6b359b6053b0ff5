"""The readme's example is run, word for word but for keys and port."""

import re
from pathlib import Path

from conftest import remove_bucket

README = Path(__file__).parents[2] / "README.md"


def test_sdk_09_sdk_10_the_example_of_the_readme(server, client, image, tmp_path, monkeypatch, capsys):
    bucket = f"photos-{server.appid}"
    example = re.search(r"```python\n(.*?)```", README.read_text(), re.DOTALL)[1]
    keys = f"SecretId='{server.secret_id}', SecretKey='{server.secret_key}'"
    example = example.replace("SecretId='...', SecretKey='...'", keys)
    example = example.replace("Port=9000", f"Port={server.port}").replace("127.0.0.1:9000", server.address)
    monkeypatch.chdir(tmp_path)
    Path("cat.jpg").write_bytes(image("cat_450x300.jpg"))
    try:
        exec(compile(example, "README.md", "exec"), {})
        width, *results = capsys.readouterr().out.splitlines()
        assert width == "450"
        assert [line.split()[:3] for line in results] == [
            ["trip/small.webp", "320", "213"],
            ["icons/cat.png", "64", "64"],
        ]
    finally:
        remove_bucket(client, bucket)
