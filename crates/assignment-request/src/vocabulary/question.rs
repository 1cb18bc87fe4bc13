//! The kinds of question.

use crate::vocabulary::named::{named, parse_names};

named! {
    /// The kinds of question.
    #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "camelCase"))]
    #[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
    pub enum QuestionKind {
        /// `accessPackageTextInputQuestion`.
        TextInput = "textInput",
        /// `accessPackageMultipleChoiceQuestion`.
        MultipleChoice = "multipleChoice",
    }
}

parse_names!(QuestionKind, exactly);
