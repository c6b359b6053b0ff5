//! Outlines of glyphs as straight edges on a canvas.

use skrifa::outline::OutlinePen;

use crate::{Dimensions, kernel::Edge};

/// How far an edge may be from the curve it stands for.
const TOLERANCE_PX: f32 = 0.05;
/// Edges of one curve, however large it is.
const EDGES_MAX: f32 = 256.0;

/// From ems of a text to pixels of a canvas, where both count downwards.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Placing {
    /// Pixels of an em.
    pub(crate) size_px: f64,
    /// Sine and cosine of the clockwise turn.
    pub(crate) turn: (f64, f64),
    /// Where the origin of the text is.
    pub(crate) origin_px: (f64, f64),
}

impl Placing {
    /// Whether anything within `radius_em` of a place may touch the canvas.
    pub(super) fn reaches(&self, (x_em, y_em): (f64, f64), radius_em: f64, canvas: Dimensions) -> bool {
        let (sine, cosine) = self.turn;
        let (x, y) = (x_em * self.size_px, y_em * self.size_px);
        let (x, y) = (self.origin_px.0 + x * cosine - y * sine, self.origin_px.1 + x * sine + y * cosine);
        let radius_px = radius_em * self.size_px;
        let near = |place: f64, side_px: u32| place > -radius_px && place < f64::from(side_px) + radius_px;
        near(x, canvas.width_px) && near(y, canvas.height_px)
    }

    /// From units of a glyph's outline, which count upwards from its place on the base line.
    pub(super) fn for_glyph(&self, x_em: f64, y_em: f64, units_per_em: f64) -> GlyphPlacing {
        let (sine, cosine) = self.turn;
        let unit_px = self.size_px / units_per_em;
        let (x, y) = (x_em * self.size_px, y_em * self.size_px);
        GlyphPlacing {
            right: ((unit_px * cosine) as f32, (unit_px * sine) as f32),
            up: ((unit_px * sine) as f32, (-unit_px * cosine) as f32),
            origin: (
                (self.origin_px.0 + x * cosine - y * sine) as f32,
                (self.origin_px.1 + x * sine + y * cosine) as f32,
            ),
        }
    }
}

/// Where a unit to the right and a unit upwards lead.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct GlyphPlacing {
    right: (f32, f32),
    up: (f32, f32),
    origin: (f32, f32),
}

impl GlyphPlacing {
    fn place(&self, x: f32, y: f32) -> (f32, f32) {
        (self.origin.0 + x * self.right.0 + y * self.up.0, self.origin.1 + x * self.right.1 + y * self.up.1)
    }
}

/// Takes the outline of one glyph after the other.
#[derive(Debug, Default)]
pub(super) struct Outline {
    placing: GlyphPlacing,
    edges: Vec<Edge>,
    start: (f32, f32),
    current: (f32, f32),
}

impl Outline {
    /// Begins with the next glyph.
    pub(super) fn begin(&mut self, placing: GlyphPlacing) {
        *self = Self { placing, edges: std::mem::take(&mut self.edges), ..Self::default() };
        self.edges.clear();
    }

    /// The edges of the glyph, closed.
    pub(super) fn edges(&mut self) -> &[Edge] {
        self.close();
        &self.edges
    }

    fn edge_to(&mut self, to: (f32, f32)) {
        self.edges.push(Edge { from: self.current, to });
        self.current = to;
    }

    /// Follows a curve that bends by `bend` pixels at most between its ends.
    fn follow(&mut self, bend: f32, at: impl Fn(f32) -> (f32, f32)) {
        let count = (bend / TOLERANCE_PX).sqrt().ceil().clamp(1.0, EDGES_MAX);
        for step in 1..=count as u32 {
            self.edge_to(at(step as f32 / count));
        }
    }
}

/// The second difference of three points: the larger, the more a curve bends there.
fn bend(a: (f32, f32), b: (f32, f32), c: (f32, f32)) -> f32 {
    (a.0 - 2.0 * b.0 + c.0).hypot(a.1 - 2.0 * b.1 + c.1)
}

/// A weighted sum of points.
fn mixed<const N: usize>(points: [(f32, f32); N], weights: [f32; N]) -> (f32, f32) {
    let pairs = || points.iter().zip(weights);
    (
        pairs().map(|(point, weight)| point.0 * weight).sum(),
        pairs().map(|(point, weight)| point.1 * weight).sum(),
    )
}

impl OutlinePen for Outline {
    fn move_to(&mut self, x: f32, y: f32) {
        self.close();
        self.start = self.placing.place(x, y);
        self.current = self.start;
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.edge_to(self.placing.place(x, y));
    }

    fn quad_to(&mut self, cx: f32, cy: f32, x: f32, y: f32) {
        let points = [self.current, self.placing.place(cx, cy), self.placing.place(x, y)];
        // With n edges a parabola is missed by an eighth of its second difference, divided by n squared, or twice that.
        self.follow(bend(points[0], points[1], points[2]) / 4.0, |t| {
            let s = 1.0 - t;
            mixed(points, [s * s, 2.0 * s * t, t * t])
        });
    }

    fn curve_to(&mut self, cx0: f32, cy0: f32, cx1: f32, cy1: f32, x: f32, y: f32) {
        let points = [
            self.current,
            self.placing.place(cx0, cy0),
            self.placing.place(cx1, cy1),
            self.placing.place(x, y),
        ];
        let most = bend(points[0], points[1], points[2]).max(bend(points[1], points[2], points[3]));
        self.follow(most * 3.0 / 4.0, |t| {
            let s = 1.0 - t;
            mixed(points, [s * s * s, 3.0 * s * s * t, 3.0 * s * t * t, t * t * t])
        });
    }

    fn close(&mut self) {
        if self.current != self.start {
            self.edge_to(self.start);
        }
    }
}
