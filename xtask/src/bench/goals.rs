//! What was promised, and what was measured.

/// One figure that must not be passed.
pub(super) enum Need {
    AtLeast(f64),
    AtMost(f64),
}

struct Line {
    id: &'static str,
    what: String,
    need: Need,
    figure: f64,
}

/// The goals in the order in which they were measured.
#[derive(Default)]
pub(super) struct Goals(Vec<Line>);

impl Goals {
    pub(super) fn add(&mut self, id: &'static str, what: impl Into<String>, need: Need, figure: f64) {
        self.0.push(Line { id, what: what.into(), need, figure });
    }

    pub(super) fn print(&self) {
        println!("\n{:4} {:58} {:>9} {:>9}", "goal", "what", "need", "figure");
        for Line { id, what, need, figure } in &self.0 {
            let (sign, bound, is_met) = match need {
                Need::AtLeast(bound) => (">=", bound, figure >= bound),
                Need::AtMost(bound) => ("<=", bound, figure <= bound),
            };
            let verdict = match (figure.is_nan(), is_met) {
                (true, _) => "not measured",
                (false, true) => "met",
                (false, false) => "MISSED",
            };
            println!("{id:4} {what:58} {sign} {bound:>6.2} {figure:>9.2}  {verdict}");
        }
    }
}
