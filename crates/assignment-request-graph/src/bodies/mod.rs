//! Parts of bodies that are read and written in one place, and the body of a callout.

pub(crate) mod approval_stage;
mod callout;

pub use callout::{CalloutAnswer, CalloutData, read_callout};

/// The types of a callback configuration: in general, and of an extension that determines an approval stage.
pub(crate) const CALLBACK_TYPES: &[&str] =
    &["customExtensionCallbackConfiguration", "accessPackageRequestApprovalStageCallbackConfiguration"];
