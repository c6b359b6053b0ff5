//! What the SDK puts on the wire.

use calotype_client::{PicOperations, PicRule};

#[test]
fn sdk_03_operations_are_one_line_of_compact_ascii() {
    let rules = vec![PicRule::new("中.png", "imageView2/format/png")];
    let header = PicOperations { is_pic_info: true, rules }.to_header();
    let text = header.to_str().expect("a header of ASCII");
    assert_eq!(text, r#"{"is_pic_info":1,"rules":[{"fileid":"\u4e2d.png","rule":"imageView2/format/png"}]}"#);
}
