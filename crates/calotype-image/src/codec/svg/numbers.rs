//! Numbers with more digits than can be seen.

/// Digits that are kept, leading zeros not counted: a screen shows less than a hundredth of the last one.
const SIGNIFICANT_DIGITS: usize = 6;

/// Attributes that hold nothing but numbers, letters and separators.
const NUMERIC: [&str; 32] = [
    "cx",
    "cy",
    "d",
    "dx",
    "dy",
    "fx",
    "fy",
    "gradientTransform",
    "height",
    "offset",
    "opacity",
    "patternTransform",
    "points",
    "r",
    "rx",
    "ry",
    "stroke-dasharray",
    "stroke-dashoffset",
    "stroke-miterlimit",
    "stroke-opacity",
    "stroke-width",
    "fill-opacity",
    "stop-opacity",
    "transform",
    "viewBox",
    "width",
    "x",
    "x1",
    "x2",
    "y",
    "y1",
    "y2",
];

/// The value of an attribute with its over-long fractions cut; other attributes stay as they are.
pub(super) fn shortened(name: &str, value: &str) -> String {
    if !NUMERIC.contains(&name) {
        return value.to_owned();
    }
    let mut short = String::with_capacity(value.len());
    let mut rest = value;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit() || c == '.') {
        short.push_str(&rest[..start]);
        rest = &rest[start..];
        let whole = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let digits = match rest[whole..].strip_prefix('.') {
            Some(fraction) => {
                fraction.len() - fraction.trim_start_matches(|c: char| c.is_ascii_digit()).len()
            }
            None => 0,
        };
        let end = whole + if digits > 0 { digits + 1 } else { usize::from(rest[whole..].starts_with('.')) };
        let has_exponent = rest[end..].strip_prefix(['e', 'E']).is_some_and(|exponent| {
            exponent.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-'))
        });
        let number = &rest[..end];
        short.push_str(&if has_exponent { number.to_owned() } else { rounded(number, whole) });
        rest = &rest[end..];
        if has_exponent {
            // The exponent goes along as it is.
            let tail = 1 + rest[1..].len() - rest[1..].trim_start_matches(['+', '-']).len();
            let digits =
                rest[tail..].len() - rest[tail..].trim_start_matches(|c: char| c.is_ascii_digit()).len();
            short.push_str(&rest[..tail + digits]);
            rest = &rest[tail + digits..];
        }
    }
    short.push_str(rest);
    short
}

/// Rounds the fraction. The digits in front of the point stay, for some of them may be the flags of an arc, and one
/// digit behind it stays, for the next number may begin with a point.
fn rounded(number: &str, whole: usize) -> String {
    let Some(fraction) = number.get(whole + 1..).filter(|fraction| !fraction.is_empty()) else {
        return number.to_owned();
    };
    let significant = number[..whole].trim_start_matches('0').len();
    let zeros = if significant == 0 { fraction.len() - fraction.trim_start_matches('0').len() } else { 0 };
    let kept = (SIGNIFICANT_DIGITS.saturating_sub(significant) + zeros).max(1);
    let mut digits = fraction.as_bytes().to_vec();
    if digits.len() > kept {
        let rounds_up = digits[kept] >= b'5';
        digits.truncate(kept);
        if rounds_up && !add_one(&mut digits) {
            return number.to_owned();
        }
    }
    while digits.len() > 1 && digits.last() == Some(&b'0') {
        digits.pop();
    }
    let digits: String = digits.into_iter().map(char::from).collect();
    format!("{}.{digits}", &number[..whole])
}

/// Adds one to the last digit; says whether that stayed behind the point.
fn add_one(digits: &mut [u8]) -> bool {
    for digit in digits.iter_mut().rev() {
        if *digit < b'9' {
            *digit += 1;
            return true;
        }
        *digit = b'0';
    }
    false
}

#[cfg(test)]
mod tests {
    use super::shortened;

    #[test]
    fn only_fractions_that_nobody_sees_are_cut() {
        for (long, short) in [
            ("M1.23456789,2L-3.000000 4", "M1.23457,2L-3.0 4"),
            ("a1 1 0 0110.1234567.5", "a1 1 0 0110.123.5"),
            ("0.000012345678", "0.0000123457"),
            ("123456.789.5", "123456.8.5"),
            ("1.999999999", "1.999999999"),
            (".5.25-.125", ".5.25-.125"),
            ("1.23456789e-5 7", "1.23456789e-5 7"),
            ("1. 2", "1. 2"),
            ("", ""),
        ] {
            assert_eq!(shortened("d", long), short);
        }
        assert_eq!(shortened("class", "a1.23456789"), "a1.23456789");
        assert_eq!(shortened("width", "10.00000000mm"), "10.0mm");
    }
}
