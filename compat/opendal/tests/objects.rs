//! What OpenDAL does with objects.

use calotype_compat_opendal::operator;
use opendal_core::ErrorKind;

/// Keys with every kind of character that some client once got wrong. OpenDAL itself never asks for `//`, nor for a
/// key that begins with a slash or a space.
const KEYS: [&str; 7] = [
    "a b.jpg",
    "a+b.jpg",
    "100%.jpg",
    "%41",
    "图 片.jpg",
    "😀/🎞.png",
    "x !\"#$%&'()*+,-.:;<=>?@[\\]^_`{|}~",
];

#[tokio::test]
async fn keys_round_trip() {
    let objects = operator("/keys/");
    for key in KEYS {
        objects.write(key, key.as_bytes().to_vec()).await.unwrap();
    }
    for key in KEYS {
        assert_eq!(objects.read(key).await.unwrap().to_vec(), key.as_bytes(), "{key}");
        assert_eq!(objects.stat(key).await.unwrap().content_length(), key.len() as u64, "{key}");
    }
    let mut listed: Vec<String> = (objects.list_with("").recursive(true).await.unwrap().into_iter())
        .filter(|entry| entry.metadata().is_file())
        .map(|entry| entry.path().to_owned())
        .collect();
    listed.sort();
    let mut expected = KEYS.map(str::to_owned);
    expected.sort();
    assert_eq!(listed, expected);
    for key in KEYS {
        objects.delete(key).await.unwrap();
        assert_eq!(objects.stat(key).await.unwrap_err().kind(), ErrorKind::NotFound, "{key}");
    }
}

#[tokio::test]
async fn a_range_is_read_and_metadata_is_kept() {
    let objects = operator("/ranges/");
    let write = objects.write_with("a.txt", "0123456789").content_type("text/x-test");
    write.user_metadata([("note".to_owned(), "1".to_owned())]).await.unwrap();
    assert_eq!(objects.read_with("a.txt").range(2..5).await.unwrap().to_vec(), b"234");
    let stat = objects.stat("a.txt").await.unwrap();
    assert_eq!(stat.content_type(), Some("text/x-test"));
    assert_eq!(stat.user_metadata().unwrap().get("note"), Some("1"));
}

#[tokio::test]
async fn what_is_there_is_not_overwritten_where_that_is_forbidden() {
    let objects = operator("/once/");
    objects.write_with("a", "first").if_not_exists(true).await.unwrap();
    let refused = objects.write_with("a", "second").if_not_exists(true).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::ConditionNotMatch, "{refused}");
    assert_eq!(objects.read("a").await.unwrap().to_vec(), b"first");
}

#[tokio::test]
async fn a_large_object_is_written_in_parts_and_copied() {
    let objects = operator("/parts/");
    let content: Vec<u8> = (0..5 << 20).map(|place: u32| (place >> 8) as u8 ^ place as u8).collect();
    let mut writer = objects.writer_with("big 图.bin").chunk(1 << 20).concurrent(3).await.unwrap();
    for piece in content.chunks(700_000) {
        writer.write(piece.to_vec()).await.unwrap();
    }
    writer.close().await.unwrap();
    objects.copy("big 图.bin", "copy+.bin").await.unwrap();
    assert!(objects.read("copy+.bin").await.unwrap().to_vec() == content);
}

#[tokio::test]
async fn folders_are_listed_one_level_at_a_time() {
    let objects = operator("/folders/");
    for key in ["a/1", "a/2", "b/1", "c"] {
        objects.write(key, "x").await.unwrap();
    }
    let mut listed: Vec<String> =
        objects.list("").await.unwrap().iter().map(|entry| entry.path().to_owned()).collect();
    listed.retain(|path| path != "/");
    listed.sort();
    assert_eq!(listed, ["a/", "b/", "c"]);
}

#[tokio::test]
async fn an_object_is_appended_to() {
    let objects = operator("/append/");
    let mut writer = objects.writer_with("log").append(true).await.unwrap();
    writer.write("hello ").await.unwrap();
    writer.write("world").await.unwrap();
    writer.close().await.unwrap();
    assert_eq!(objects.read("log").await.unwrap().to_vec(), b"hello world");
}
