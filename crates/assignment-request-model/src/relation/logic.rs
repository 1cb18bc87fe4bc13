//! Two interpretations of one text: values, with which the relation can be compared with the machine, and terms of SMT-LIB,
//! about which a solver can reason.

use std::fmt::Debug;
use std::ops::{Add, BitAnd, BitOr, Not};

/// What the relation is written in: truth values and whole numbers. Times and durations are numbers of ticks of 100 ns.
pub trait Logic: Copy + Debug + PartialEq {
    type Bool: Copy
        + Debug
        + PartialEq
        + BitAnd<Output = Self::Bool>
        + BitOr<Output = Self::Bool>
        + Not<Output = Self::Bool>;
    type Int: Copy + Debug + PartialEq + Add<Output = Self::Int>;
    /// What a policy says about one of its many stages and extensions.
    type Lists: Lists<Self> + Copy + Debug;

    fn truth(value: bool) -> Self::Bool;
    fn int(value: i128) -> Self::Int;
    fn equal(one: Self::Int, other: Self::Int) -> Self::Bool;
    fn at_most(one: Self::Int, other: Self::Int) -> Self::Bool;
    fn choose(condition: Self::Bool, then: Self::Int, otherwise: Self::Int) -> Self::Int;

    fn is(one: Self::Int, value: i128) -> Self::Bool {
        Self::equal(one, Self::int(value))
    }
    fn is_one_of(one: Self::Int, values: &[i128]) -> Self::Bool {
        values.iter().fold(Self::truth(false), |any, value| any | Self::is(one, *value))
    }
    fn less(one: Self::Int, other: Self::Int) -> Self::Bool {
        !Self::at_most(other, one)
    }
    fn implies(condition: Self::Bool, consequence: Self::Bool) -> Self::Bool {
        !condition | consequence
    }
    fn same(one: Self::Bool, other: Self::Bool) -> Self::Bool {
        (one & other) | (!one & !other)
    }
    fn either(condition: Self::Bool, then: Self::Bool, otherwise: Self::Bool) -> Self::Bool {
        (condition & then) | (!condition & otherwise)
    }
}

/// What a policy says about each of its stages and extensions, however many there are.
pub trait Lists<L: Logic> {
    /// How many extensions are called at a stage of callouts.
    fn extensions(&self, stage: L::Int) -> L::Int;
    /// Whether the request waits for an extension (X3).
    fn waits(&self, stage: L::Int, index: L::Int) -> L::Bool;
    /// How long it waits.
    fn timeout(&self, stage: L::Int, index: L::Int) -> L::Int;
    /// Whether a callback may deny there (R5).
    fn may_deny(&self, stage: L::Int) -> L::Bool;
    /// Whether a callback may cancel there (R5).
    fn may_cancel(&self, stage: L::Int) -> L::Bool;
    /// Whether the rule `cancelable` has the status (K2).
    fn cancelable(&self, status: L::Int) -> L::Bool;
    /// Whether an extension determines an approval stage (Y1).
    fn is_determined(&self, approval_stage: L::Int) -> L::Bool;
    /// How many stages before this one are determined.
    fn determined_before(&self, approval_stage: L::Int) -> L::Int;
    /// How long the approvers of a stage have, as the policy sets or an extension determines it (V1, Y9).
    fn denial_after(&self, approval_stage: L::Int) -> L::Int;
    fn escalates(&self, approval_stage: L::Int) -> L::Bool;
    fn escalation_after(&self, approval_stage: L::Int) -> L::Int;
    fn needs_justification(&self, approval_stage: L::Int) -> L::Bool;
}

/// Declares a record of truth values and numbers, with what both interpretations need to go through its members.
macro_rules! record {
    ($(#[$meta:meta])* $name:ident { $($(#[$field_meta:meta])* $field:ident: $kind:ident),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub struct $name<L: Logic> { $($(#[$field_meta])* pub $field: L::$kind),+ }

        impl $name<Smt> {
            /// Declares a constant for each member.
            pub fn declare(prefix: &str, script: &mut String) -> Self {
                Self { $($field: Smt::declare(&format!("{prefix}.{}", stringify!($field)), script)),+ }
            }

            /// The members, each with its name.
            pub fn members(&self) -> Vec<(&'static str, String)> {
                vec![$((stringify!($field), self.$field.to_string())),+]
            }
        }
    };
}
pub(crate) use record;

/// Values. The policy is that of a request.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Values<'a>(std::marker::PhantomData<&'a ()>);

impl<'a> Logic for Values<'a> {
    type Bool = bool;
    type Int = i128;
    type Lists = super::abstraction::RouteOf<'a>;

    fn truth(value: bool) -> bool {
        value
    }
    fn int(value: i128) -> i128 {
        value
    }
    fn equal(one: i128, other: i128) -> bool {
        one == other
    }
    fn at_most(one: i128, other: i128) -> bool {
        one <= other
    }
    fn choose(condition: bool, then: i128, otherwise: i128) -> i128 {
        if condition { then } else { otherwise }
    }
}
