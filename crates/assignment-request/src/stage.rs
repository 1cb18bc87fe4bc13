//! The stages at which outside systems are called, and the callouts' statuses (rules T4, T5).

use core::fmt;

/// A stage of a request or of an assignment, at which an extension can be called (rule T4).
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    strum::Display,
    strum::EnumString,
    strum::IntoStaticStr,
    strum::VariantArray,
)]
#[strum(serialize_all = "camelCase", ascii_case_insensitive)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "camelCase"))]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub enum Stage {
    /// The request was made.
    AssignmentRequestCreated,
    /// The request was approved, or needed no approval.
    AssignmentRequestApproved,
    /// Access is about to be given.
    AssignmentRequestGranted,
    /// Access is about to be taken away.
    AssignmentRequestRemoved,
    /// An assignment ends in fourteen days. A request never waits here.
    AssignmentFourteenDaysBeforeExpiration,
    /// An assignment ends in one day. A request never waits here.
    AssignmentOneDayBeforeExpiration,
}

impl Stage {
    /// Whether the stage belongs to an assignment that nears its end, and not to a request.
    #[must_use]
    pub const fn is_pre_expiration(self) -> bool {
        match self {
            Self::AssignmentFourteenDaysBeforeExpiration | Self::AssignmentOneDayBeforeExpiration => true,
            Self::AssignmentRequestCreated
            | Self::AssignmentRequestApproved
            | Self::AssignmentRequestGranted
            | Self::AssignmentRequestRemoved => false,
        }
    }

    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// A set of stages.
///
/// ```
/// use assignment_request::{Stage, StageSet};
///
/// let set = StageSet::of(&[Stage::AssignmentRequestCreated]);
/// assert!(set.contains(Stage::AssignmentRequestCreated));
/// assert!(!set.contains(Stage::AssignmentRequestGranted));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct StageSet(u8);

impl StageSet {
    /// The set of these stages.
    #[must_use]
    pub const fn of(stages: &[Stage]) -> Self {
        let mut bits = 0;
        let mut rest = stages;
        while let [first, tail @ ..] = rest {
            bits |= first.bit();
            rest = tail;
        }
        Self(bits)
    }

    /// Whether `stage` is one of them.
    #[must_use]
    pub const fn contains(self, stage: Stage) -> bool {
        self.0 & stage.bit() != 0
    }

    /// Whether there is no stage in it.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The stages in it, in the order of [`Stage`].
    pub fn iter(self) -> impl Iterator<Item = Stage> {
        <Stage as strum::VariantArray>::VARIANTS.iter().copied().filter(move |stage| self.contains(*stage))
    }
}

impl FromIterator<Stage> for StageSet {
    fn from_iter<I: IntoIterator<Item = Stage>>(stages: I) -> Self {
        Self(stages.into_iter().fold(0, |bits, stage| bits | stage.bit()))
    }
}

impl fmt::Debug for StageSet {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.iter()).finish()
    }
}

/// Writes the stages' names, separated by `, `; `no stage` for the empty set.
impl fmt::Display for StageSet {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        crate::text::write_list(formatter, self.iter(), "no stage")
    }
}

#[cfg(feature = "serde")]
crate::text::impl_serde_as_sequence!(StageSet, Stage);

/// How a callout stands (rule T5).
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    strum::Display,
    strum::EnumString,
    strum::IntoStaticStr,
    strum::VariantArray,
)]
#[strum(serialize_all = "camelCase", ascii_case_insensitive)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "camelCase"))]
pub enum CalloutStatus {
    /// Launched; the route went on at once, and no callback is taken (rule X2).
    CalloutSent,
    /// Launched; the route waits for the callback (rule X3).
    WaitingForCallback,
    /// The callback came.
    CallbackReceived,
    /// The callback did not come in time.
    CallbackTimedOut,
    /// The callout could not be made.
    CalloutFailed,
}
