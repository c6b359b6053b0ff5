use super::*;

fn layout(text: &str) -> TextLayout {
    TextLayout::new(&Fonts::default(), "tahoma.ttf", text)
}

/// The picture of each glyph alone, at 40 pixels an em.
fn shapes(layout: &TextLayout) -> Vec<Vec<u8>> {
    let canvas = Dimensions { width_px: 60, height_px: 80 };
    let placing = Placing { size_px: 40.0, turn: (0.0, 1.0), origin_px: (10.0, 10.0) };
    let alone = |glyph: &Glyph| TextLayout {
        glyphs: vec![Glyph {
            font: Arc::clone(&glyph.font),
            id: glyph.id,
            x_em: 0.0,
            y_em: 1.0,
            advance_em: 1.0,
        }],
        width_em: 1.0,
        height_em: 1.0,
    };
    layout.glyphs.iter().map(|glyph| alone(glyph).coverage(&placing, canvas)).collect()
}

/// The box that a font shows for a character it does not have.
fn tofu() -> Vec<u8> {
    let missing = layout("\u{10FFFD}");
    assert_eq!(missing.glyphs[0].id, 0);
    shapes(&missing).remove(0)
}

fn ink(shape: &[u8]) -> u32 {
    shape.iter().map(|share| u32::from(*share)).sum::<u32>() / 255
}

#[test]
fn wmt_14_no_character_is_tofu_and_all_differ() {
    let tofu = tofu();
    for text in [
        "中文",
        "かな",
        "カナ",
        "é",
        "数据万象",
        "腾讯云·万象优图",
        "UIN: 12345678",
        "😀",
        "❤\u{FE0F}",
        "★",
        "©",
        "¥",
        "ß",
        "Ж",
        "Ω",
    ] {
        let layout = layout(text);
        assert!(layout.glyphs.iter().all(|glyph| glyph.id != 0), "{text} has tofu");
        let shapes = shapes(&layout);
        for (index, shape) in shapes.iter().enumerate() {
            assert_ne!(*shape, tofu, "{text} has tofu");
            let is_blank = text.chars().nth(index) == Some(' ');
            assert!(is_blank || ink(shape) > 4, "glyph {index} of {text} is empty");
        }
    }
    let four = shapes(&layout("数据万象"));
    assert_eq!(four.len(), 4);
    for (one, other) in (0..4).flat_map(|one| (0..one).map(move |other| (one, other))) {
        assert_ne!(four[one], four[other]);
    }
}

#[test]
fn glyphs_stand_side_by_side_on_their_base_line() {
    let layout = layout("nnn");
    let places: Vec<f64> = layout.glyphs.iter().map(|glyph| glyph.x_em).collect();
    assert_eq!(places[0], 0.0);
    assert!((places[2] - 2.0 * places[1]).abs() < 1e-9 && places[1] > 0.4, "{places:?}");
    assert!((layout.width_em - 3.0 * places[1]).abs() < 1e-9);
    assert!(layout.height_em > 1.0 && layout.height_em < 1.6, "{}", layout.height_em);
}

#[test]
fn wmt_24_a_line_break_begins_a_line() {
    for text in ["ab\nc", "ab\r\nc"] {
        let two = layout(text);
        assert_eq!(two.glyphs.len(), 3);
        assert!((two.height_em - 2.0 * layout("ab").height_em).abs() < 1e-9);
        assert!((two.width_em - layout("ab").width_em).abs() < 1e-9);
        assert!((two.glyphs[2].y_em - two.glyphs[0].y_em - layout("ab").height_em).abs() < 1e-9);
        assert_eq!(two.glyphs[2].x_em, 0.0);
    }
}

#[test]
fn one_emoji_of_several_code_points_is_one_glyph() {
    for text in ["❤\u{FE0F}", "☀\u{FE0F}"] {
        let drawn = shapes(&layout(text)).iter().filter(|shape| ink(shape) > 4).count();
        assert_eq!(drawn, 1, "{text}");
    }
}

#[test]
fn right_to_left_text_is_laid_out_from_its_end() {
    // No embedded font has Hebrew, so both letters are boxes; their order is still that of the script.
    let mixed = layout("a\u{5D0}\u{5D1}");
    assert_eq!(mixed.glyphs.len(), 3);
    let lines = layout("\u{5D0}\na much longer line");
    assert!(lines.glyphs[0].x_em > 1.0, "a right-to-left line ends at the right");
}

#[test]
fn control_characters_are_blanks_and_the_end_of_the_text_is_no_line() {
    assert_eq!(layout("a\tb").glyphs.len(), layout("a b").glyphs.len());
    assert_eq!(layout("").glyphs.len(), 0);
    assert_eq!(layout("").width_em, 0.0);
}
