use super::*;

fn check(rule: impl Display, golden: &str) {
    assert_eq!(rule.to_string(), golden);
}

fn mogr() -> ImageMogr2 {
    ImageMogr2::new()
}

#[test]
fn sdk_01_image_mogr2() {
    for (geometry, golden) in [
        (Geometry::Percent(50), "!50p"),
        (Geometry::PercentWidth(50), "!50px"),
        (Geometry::PercentHeight(50), "!x50p"),
        (Geometry::Width(300), "300x"),
        (Geometry::Height(200), "x200"),
        (Geometry::Inside(300, 200), "300x200"),
        (Geometry::InsideShrinking(300, 200), "300x200>"),
        (Geometry::InsideEnlarging(300, 200), "300x200<"),
        (Geometry::Cover(300, 200), "!300x200r"),
        (Geometry::Exact(300, 200), "300x200!"),
        (Geometry::Area(35_000), "35000@"),
    ] {
        check(mogr().thumbnail(geometry), &format!("imageMogr2/thumbnail/{golden}"));
    }
    check(
        mogr().thumbnail(Geometry::Inside(3, 2)).pad(Some(Color(0x3D, 0x3D, 0x3D))),
        "imageMogr2/thumbnail/3x2/pad/1/color/IzNEM0QzRA",
    );
    check(mogr().pad(None), "imageMogr2/pad/1");
    check(mogr().cut(600, 500, 100, -10), "imageMogr2/cut/600x500x100x-10");
    check(
        mogr().gravity(Gravity::SouthWest).crop(Some(300), None).dx(10).dy(-5),
        "imageMogr2/gravity/southwest/crop/300x/dx/10/dy/-5",
    );
    check(mogr().crop(None, Some(5)).scrop(100, 200), "imageMogr2/crop/x5/scrop/100x200");
    check(mogr().index_crop(Some(960), Some(540), 3), "imageMogr2/indexcrop/width/960/height/540/index/3");
    check(mogr().index_crop(None, Some(5), 0), "imageMogr2/indexcrop/height/5/index/0");
    check(mogr().iradius(20).rradius(30), "imageMogr2/iradius/20/rradius/30");
    check(
        mogr().auto_orient().rotate(90).flip(Flip::Horizontal).flip(Flip::Vertical),
        "imageMogr2/auto-orient/rotate/90/flip/horizontal/flip/vertical",
    );
    check(
        mogr().blur(8, 1.5).bright(-20).contrast(30).sharpen(70).grayscale(),
        "imageMogr2/blur/8x1.5/bright/-20/contrast/30/sharpen/70/grayscale/1",
    );
    check(mogr().blur(8, 5.0), "imageMogr2/blur/8x5");
    check(
        mogr().format(Format::Webp).quality(80).rquality(70).lquality(60).interlace(true).strip(),
        "imageMogr2/format/webp/quality/80/rquality/70/lquality/60/interlace/1/strip",
    );
    check(mogr().quality_forced(90).interlace(false), "imageMogr2/quality/90!/interlace/0");
    check(mogr().cgif(10).egif(2).frame(1), "imageMogr2/cgif/10/egif/2/frame/1");
    check(
        mogr().size_limit(SizeLimit::Megabytes(1)).ignore_error(),
        "imageMogr2/size-limit/1m/ignore-error/1",
    );
    check(mogr().size_limit_or_original(SizeLimit::Kilobytes(15)), "imageMogr2/size-limit/15k!");
    check(mogr().animate(200, ["u1", "u2"]), "imageMogr2/animate/duration/200/images/dTE/dTI");
    check(
        mogr().aigc_metadata([(Label::Label, "1"), (Label::ProduceId, "a")]),
        "imageMogr2/AIGCMetadata/Label/MQ/ProduceID/YQ",
    );
}

#[test]
fn sdk_01_image_view2() {
    check(ImageView2::new().format(Format::Png), "imageView2/format/png");
    check(
        ImageView2::mode(1).width(500).height(400).quality(80).ignore_error(),
        "imageView2/1/w/500/h/400/q/80/ignore-error/1",
    );
    check(
        ImageView2::mode(5).width(9).quality_forced(90).rquality(50).lquality(40),
        "imageView2/5/w/9/q/90!/rq/50/lq/40",
    );
}

#[test]
fn sdk_01_sdk_02_watermarks() {
    check(
        ImageMark::url("http://examples-1251000004.picsh.myqcloud.com/shuiyin.jpg")
            .gravity(Gravity::SouthEast)
            .dx(1)
            .dy(2),
        "watermark/1/image/aHR0cDovL2V4YW1wbGVzLTEyNTEwMDAwMDQucGljc2gubXlxY2xvdWQuY29tL3NodWl5aW4uanBn\
         /gravity/southeast/dx/1/dy/2",
    );
    check(
        ImageMark::key("logo.png").shrink_to_fit().scaled_to_area(250).dissolve(50),
        "watermark/1/image_key/bG9nby5wbmc/blogo/1/scatype/3/spcent/250/dissolve/50",
    );
    check(
        ImageMark::key("a").crop_to_fit().tiled(45, 10).ignore_error(),
        "watermark/1/image_key/YQ/blogo/2/batch/1/degree/45/spacing/10/ignore-error/1",
    );
    check(
        TextMark::new("腾讯云·万象优图").fill(Color(0x3D, 0x3D, 0x3D)).font_size(20).dissolve(50).shadow(30),
        "watermark/2/text/6IW-6K6v5LqRwrfkuIfosaHkvJjlm74/fill/IzNEM0QzRA/fontsize/20/dissolve/50/shadow/30",
    );
    check(
        TextMark::new("a").font("Helvetica.dfont").scaled_to_width(500),
        "watermark/2/text/YQ/font/SGVsdmV0aWNhLmRmb250/scatype/1/spcent/500",
    );
    check(TextMark::new("a").scaled_to_height(5), "watermark/2/text/YQ/scatype/2/spcent/5");
}

#[test]
fn sdk_01_segments_are_joined() {
    check(
        mogr().rotate(90).then(TextMark::new("a")).then("imageInfo"),
        "imageMogr2/rotate/90|watermark/2/text/YQ|imageInfo",
    );
}
