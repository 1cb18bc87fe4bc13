//! Generates values from bytes, for types with rules that a derived implementation would break.

use arbitrary::{Arbitrary, Result, Unstructured};

use crate::vocabulary::callout_stage::{CalloutStage, CalloutStageSet};
use crate::vocabulary::duration::Period;
use crate::vocabulary::status::{Status, StatusSet};
use crate::vocabulary::timestamp::Timestamp;

/// Generates any timestamp in the years 0000 to 9999.
impl<'a> Arbitrary<'a> for Timestamp {
    fn arbitrary(bytes: &mut Unstructured<'a>) -> Result<Self> {
        let ticks = bytes.int_in_range(Self::MIN.ticks()..=Self::MAX.ticks())?;
        Self::from_ticks(ticks).ok_or(arbitrary::Error::IncorrectFormat)
    }

    fn size_hint(depth: usize) -> (usize, Option<usize>) {
        i64::size_hint(depth)
    }
}

/// Generates any duration.
impl<'a> Arbitrary<'a> for Period {
    fn arbitrary(bytes: &mut Unstructured<'a>) -> Result<Self> {
        Self::from_ticks(bytes.int_in_range(0..=i64::MAX)?).ok_or(arbitrary::Error::IncorrectFormat)
    }

    fn size_hint(depth: usize) -> (usize, Option<usize>) {
        i64::size_hint(depth)
    }
}

impl<'a> Arbitrary<'a> for CalloutStageSet {
    fn arbitrary(bytes: &mut Unstructured<'a>) -> Result<Self> {
        bytes.arbitrary_iter::<CalloutStage>()?.collect()
    }
}

impl<'a> Arbitrary<'a> for StatusSet {
    fn arbitrary(bytes: &mut Unstructured<'a>) -> Result<Self> {
        bytes.arbitrary_iter::<Status>()?.collect()
    }
}
