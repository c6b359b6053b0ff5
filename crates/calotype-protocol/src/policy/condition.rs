//! Under which circumstances a statement counts.
//!
//! A demand for something a request does not have is not met, and one that something is not so is; with the ending
//! `_if_exist` both are met.

use std::net::IpAddr;

use ipnet::IpNet;
use serde_json::Value;

use super::malformed;
use crate::parse_error::ParseError;
use crate::wildcard;

/// One fact, compared with one or more values.
#[derive(Debug, Clone)]
pub(super) struct Condition {
    /// Name of the fact, as it was written.
    name: String,
    demand: Demand,
    /// `not_…`: none of the values may fit.
    is_negated: bool,
    /// `…_if_exist`: met where the fact is missing.
    if_exists: bool,
}

/// Values that fit, any of them.
#[derive(Debug, Clone)]
enum Demand {
    Text {
        values: Vec<String>,
        compare: fn(&str, &str) -> bool,
    },
    Number {
        values: Vec<f64>,
        compare: fn(f64, f64) -> bool,
    },
    Bool(Vec<bool>),
    Address(Vec<IpNet>),
    /// The fact has to be missing, or has to be there.
    Missing(bool),
}

impl Condition {
    /// Reads `{"<operator>": {"<fact>": value or values, ..}, ..}`; all of them have to hold.
    pub(super) fn parse_all(value: &Value) -> Result<Vec<Self>, ParseError> {
        let expected = || malformed(format!("condition {value} is not {{operator: {{name: values}}}}"));
        let mut conditions = Vec::new();
        for (operator, facts) in value.as_object().ok_or_else(expected)? {
            for (name, values) in facts.as_object().ok_or_else(expected)? {
                conditions.push(Self::parse(operator, name, values)?);
            }
        }
        Ok(conditions)
    }

    fn parse(operator: &str, name: &str, values: &Value) -> Result<Self, ParseError> {
        let lower = operator.to_ascii_lowercase();
        let (base, if_exists) = match lower.strip_suffix("_if_exist") {
            Some(base) => (base, true),
            None => (lower.as_str(), false),
        };
        let values = texts(name, values)?;
        let (base, is_negated) = positive(base);
        let demand = match base {
            "string_equal" => Demand::text(values, |value, fact| value == fact),
            "string_equal_ignore_case" => Demand::text(values, str::eq_ignore_ascii_case),
            "string_like" => Demand::text(values, wildcard::matches),
            "numeric_equal" => Demand::number(name, &values, |value, fact| fact == value)?,
            "numeric_greater_than" => Demand::number(name, &values, |value, fact| fact > value)?,
            "numeric_greater_than_equal" => Demand::number(name, &values, |value, fact| fact >= value)?,
            "numeric_less_than" => Demand::number(name, &values, |value, fact| fact < value)?,
            "numeric_less_than_equal" => Demand::number(name, &values, |value, fact| fact <= value)?,
            "bool_equal" => Demand::Bool(parsed(name, &values)?),
            "ip_equal" => Demand::Address(addresses(name, &values)?),
            "null_equal" => Demand::Missing(parsed(name, &values)?.contains(&true)),
            _ => return Err(malformed(format!("condition operator {operator:?} is not known"))),
        };
        Ok(Self { name: name.to_owned(), demand, is_negated, if_exists })
    }

    pub(super) fn holds(&self, facts: &dyn Fn(&str) -> Option<String>) -> bool {
        let fact = facts(&self.name);
        if let Demand::Missing(wanted) = self.demand {
            return fact.is_none() == wanted;
        }
        match fact {
            None => self.if_exists || self.is_negated,
            Some(fact) => self.demand.fits(&fact) != self.is_negated,
        }
    }
}

impl Demand {
    fn text(values: Vec<String>, compare: fn(&str, &str) -> bool) -> Self {
        Self::Text { values, compare }
    }

    fn number(name: &str, values: &[String], compare: fn(f64, f64) -> bool) -> Result<Self, ParseError> {
        Ok(Self::Number { values: parsed(name, values)?, compare })
    }

    fn fits(&self, fact: &str) -> bool {
        match self {
            Self::Text { values, compare } => values.iter().any(|value| compare(value, fact)),
            Self::Number { values, compare } => {
                fact.trim().parse().is_ok_and(|fact| values.iter().any(|value| compare(*value, fact)))
            }
            Self::Bool(values) => fact.parse().is_ok_and(|fact| values.contains(&fact)),
            Self::Address(nets) => fact
                .parse::<IpAddr>()
                .is_ok_and(|address| nets.iter().any(|net| net.contains(&address.to_canonical()))),
            Self::Missing(_) => false,
        }
    }
}

/// The operator without its `not`, and whether it had one.
fn positive(operator: &str) -> (&str, bool) {
    match operator {
        "string_not_equal" => ("string_equal", true),
        "string_not_equal_ignore_case" => ("string_equal_ignore_case", true),
        "string_not_like" => ("string_like", true),
        "numeric_not_equal" => ("numeric_equal", true),
        "ip_not_equal" => ("ip_equal", true),
        other => (other, false),
    }
}

/// One value or several; numbers and truth values may be written without quotes.
fn texts(name: &str, values: &Value) -> Result<Vec<String>, ParseError> {
    let all = match values {
        Value::Array(all) => all.as_slice(),
        one => std::slice::from_ref(one),
    };
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    };
    let texts: Option<Vec<String>> = all.iter().map(text).collect();
    let texts = texts.filter(|texts| !texts.is_empty());
    texts.ok_or_else(|| malformed(format!("condition {name:?} has the values {values}")))
}

fn parsed<T: std::str::FromStr>(name: &str, values: &[String]) -> Result<Vec<T>, ParseError> {
    values.iter().map(|value| value.trim().parse().map_err(|_| unusable(name, value))).collect()
}

/// A lone address is a net of one.
fn addresses(name: &str, values: &[String]) -> Result<Vec<IpNet>, ParseError> {
    let net = |value: &String| {
        let text = value.trim();
        let lone = || text.parse::<IpAddr>().map(IpNet::from);
        text.parse::<IpNet>().or_else(|_| lone()).map_err(|_| unusable(name, value))
    };
    values.iter().map(net).collect()
}

fn unusable(name: &str, value: &str) -> ParseError {
    malformed(format!("condition {name:?} has the value {value:?}, which its operator cannot compare"))
}
