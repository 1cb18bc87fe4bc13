//! Terms of SMT-LIB.

use std::fmt;
use std::fmt::Write as _;
use std::ops::{Add, BitAnd, BitOr, Not};

use super::logic::{Lists, Logic};

/// Terms of SMT-LIB 2, in which the policy is any policy.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Smt;

/// A text of SMT-LIB. The texts of a proof live as long as the program, so that terms can be copied, as values can.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Truth(&'static str);

/// As [`Truth`], of a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Number(&'static str);

impl fmt::Display for Truth {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0)
    }
}

impl fmt::Display for Number {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0)
    }
}

fn keep(term: String) -> &'static str {
    Box::leak(term.into_boxed_str())
}

const TRUE: Truth = Truth("true");
const FALSE: Truth = Truth("false");

impl BitAnd for Truth {
    type Output = Self;
    fn bitand(self, other: Self) -> Self {
        match (self, other) {
            (TRUE, only) | (only, TRUE) => only,
            (FALSE, _) | (_, FALSE) => FALSE,
            (Self(one), Self(other)) => Self(keep(format!("(and {one} {other})"))),
        }
    }
}

impl BitOr for Truth {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        match (self, other) {
            (FALSE, only) | (only, FALSE) => only,
            (TRUE, _) | (_, TRUE) => TRUE,
            (Self(one), Self(other)) => Self(keep(format!("(or {one} {other})"))),
        }
    }
}

impl Not for Truth {
    type Output = Self;
    fn not(self) -> Self {
        match self {
            TRUE => FALSE,
            FALSE => TRUE,
            Self(term) => Self(keep(format!("(not {term})"))),
        }
    }
}

impl Add for Number {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(keep(format!("(+ {self} {other})")))
    }
}

impl Logic for Smt {
    type Bool = Truth;
    type Int = Number;
    type Lists = AnyLists;

    fn truth(value: bool) -> Truth {
        if value { TRUE } else { FALSE }
    }
    fn int(value: i128) -> Number {
        Number(keep(if value < 0 { format!("(- {})", value.unsigned_abs()) } else { value.to_string() }))
    }
    fn equal(one: Number, other: Number) -> Truth {
        Truth(keep(format!("(= {one} {other})")))
    }
    fn at_most(one: Number, other: Number) -> Truth {
        Truth(keep(format!("(<= {one} {other})")))
    }
    fn choose(condition: Truth, then: Number, otherwise: Number) -> Number {
        match condition {
            TRUE => then,
            FALSE => otherwise,
            _ if then == otherwise => then,
            _ => Number(keep(format!("(ite {condition} {then} {otherwise})"))),
        }
    }
}

/// What can be declared as a constant.
pub trait Term {
    const SORT: &'static str;
    fn named(name: &str) -> Self;
}

impl Term for Truth {
    const SORT: &'static str = "Bool";
    fn named(name: &str) -> Self {
        Self(keep(name.to_owned()))
    }
}

impl Term for Number {
    const SORT: &'static str = "Int";
    fn named(name: &str) -> Self {
        Self(keep(name.to_owned()))
    }
}

impl Smt {
    /// Declares a constant.
    pub fn declare<T: Term>(name: &str, script: &mut String) -> T {
        let _ = writeln!(script, "(declare-const {name} {})", T::SORT);
        T::named(name)
    }
}

/// What any policy may say: functions about which nothing is known but what the relation takes as a fact.
#[derive(Clone, Copy, Debug)]
pub struct AnyLists;

impl AnyLists {
    /// Declares the functions.
    pub fn declare(script: &mut String) -> Self {
        for (name, of, sort) in [
            ("extensions", "Int", "Int"),
            ("waits", "Int Int", "Bool"),
            ("timeout", "Int Int", "Int"),
            ("may-deny", "Int", "Bool"),
            ("may-cancel", "Int", "Bool"),
            ("cancelable", "Int", "Bool"),
            ("is-determined", "Int", "Bool"),
            ("determined-before", "Int", "Int"),
            ("denial-after", "Int", "Int"),
            ("escalates", "Int", "Bool"),
            ("escalation-after", "Int", "Int"),
            ("needs-justification", "Int", "Bool"),
        ] {
            let _ = writeln!(script, "(declare-fun {name} ({of}) {sort})");
        }
        Self
    }
}

impl Lists<Smt> for AnyLists {
    fn extensions(&self, stage: Number) -> Number {
        Number(keep(format!("(extensions {stage})")))
    }
    fn waits(&self, stage: Number, index: Number) -> Truth {
        Truth(keep(format!("(waits {stage} {index})")))
    }
    fn timeout(&self, stage: Number, index: Number) -> Number {
        Number(keep(format!("(timeout {stage} {index})")))
    }
    fn may_deny(&self, stage: Number) -> Truth {
        Truth(keep(format!("(may-deny {stage})")))
    }
    fn may_cancel(&self, stage: Number) -> Truth {
        Truth(keep(format!("(may-cancel {stage})")))
    }
    fn cancelable(&self, status: Number) -> Truth {
        Truth(keep(format!("(cancelable {status})")))
    }
    fn is_determined(&self, approval_stage: Number) -> Truth {
        Truth(keep(format!("(is-determined {approval_stage})")))
    }
    fn determined_before(&self, approval_stage: Number) -> Number {
        Number(keep(format!("(determined-before {approval_stage})")))
    }
    fn denial_after(&self, approval_stage: Number) -> Number {
        Number(keep(format!("(denial-after {approval_stage})")))
    }
    fn escalates(&self, approval_stage: Number) -> Truth {
        Truth(keep(format!("(escalates {approval_stage})")))
    }
    fn escalation_after(&self, approval_stage: Number) -> Number {
        Number(keep(format!("(escalation-after {approval_stage})")))
    }
    fn needs_justification(&self, approval_stage: Number) -> Truth {
        Truth(keep(format!("(needs-justification {approval_stage})")))
    }
}
