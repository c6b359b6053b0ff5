//! The quality of a JPEG, told from its luminance quantisation table. Spec: spec/ci/quality.md, 1

/// Annex K.1 of the JPEG standard in zigzag order: what common encoders scale.
const LUMINANCE: [u16; 64] = [
    16, 11, 12, 14, 12, 10, 16, 14, 13, 14, 18, 17, 16, 19, 24, 40, 26, 24, 22, 22, 24, 49, 35, 37, 29, 40,
    58, 51, 61, 60, 57, 51, 56, 55, 64, 72, 92, 78, 64, 68, 87, 69, 55, 56, 80, 109, 81, 87, 95, 98, 103,
    104, 103, 62, 77, 113, 121, 112, 100, 120, 92, 101, 103, 99,
];

/// Finds table 0 in a `DQT` payload and the quality, 1 to 100, whose scaled standard table is nearest to it.
///
/// Exact for tables of the usual encoders, the nearest match for others. `None` where there is no whole table 0.
pub(super) fn of_luminance_table(payload: &[u8]) -> Option<u8> {
    let mut rest = payload;
    while let [kind, tables @ ..] = rest {
        let wide = kind >> 4 != 0;
        let (table, next) = tables.split_at_checked(if wide { 128 } else { 64 })?;
        if kind & 0x0F == 0 {
            return Some(nearest(table, wide));
        }
        rest = next;
    }
    None
}

fn nearest(table: &[u8], wide: bool) -> u8 {
    let step = |at: usize| match wide {
        true => u16::from_be_bytes([table[2 * at], table[2 * at + 1]]),
        false => u16::from(table[at]),
    };
    let distance = |quality: u8| -> u32 {
        (0..64).map(|at| u32::from(step(at).abs_diff(scaled(LUMINANCE[at], quality, wide)))).sum()
    };
    // Of equal distances the higher quality wins: it is the one that loses nothing.
    (1..=100).rev().min_by_key(|quality| distance(*quality)).expect("there are a hundred qualities")
}

fn scaled(step: u16, quality: u8, wide: bool) -> u16 {
    let quality = u32::from(quality);
    let percent = if quality < 50 { 5000 / quality } else { 200 - 2 * quality };
    let largest = if wide { 32_767 } else { 255 };
    ((u32::from(step) * percent + 50) / 100).clamp(1, largest) as u16
}

#[cfg(test)]
mod tests {
    use super::{LUMINANCE, of_luminance_table, scaled};

    fn table(id: u8, steps: impl Iterator<Item = u16>) -> Vec<u8> {
        std::iter::once(id).chain(steps.map(|step| step as u8)).collect()
    }

    #[test]
    fn every_quality_of_the_standard_table_is_told_exactly() {
        for quality in 1..=100 {
            let steps = LUMINANCE.map(|step| scaled(step, quality, false));
            assert_eq!(of_luminance_table(&table(0, steps.into_iter())), Some(quality));
        }
    }

    #[test]
    fn other_tables_give_the_nearest_quality() {
        let steps = LUMINANCE.map(|step| scaled(step, 80, false) + u16::from(step % 3 == 0));
        let quality = of_luminance_table(&table(0, steps.into_iter())).unwrap();
        assert!(quality.abs_diff(80) <= 2, "{quality}");
    }

    #[test]
    fn the_luminance_table_is_found_behind_another() {
        let steps = LUMINANCE.map(|step| scaled(step, 60, false));
        let payload = [table(1, [99; 64].into_iter()), table(0, steps.into_iter())].concat();
        assert_eq!(of_luminance_table(&payload), Some(60));
        assert_eq!(of_luminance_table(&payload[..100]), None);
        assert_eq!(of_luminance_table(&[]), None);
    }
}
