//! The classes of rejections.

use crate::vocabulary::named::named;

named! {
    /// The class of a rejection, for code that must respond to it.
    ///
    /// ```
    /// use assignment_request::{Class, Rejection};
    ///
    /// /// What a worker that forwards callbacks does after a rejection.
    /// fn goes_on(rejection: &Rejection) -> Result<(), &'static str> {
    ///     match rejection.class() {
    ///         Class::Duplicate => Ok(()),
    ///         Class::Conflict | Class::Expired => Err("look at the request again"),
    ///         Class::Forbidden | Class::Invalid | Class::NotFound => Err("tell whoever called back"),
    ///     }
    /// }
    /// assert_eq!(goes_on(&Rejection::AlreadyResumed), Ok(()));
    /// assert_eq!(goes_on(&Rejection::SelfResume), Err("tell whoever called back"));
    /// ```
    pub enum Class {
        /// The same command was accepted before. A host may repeat its earlier answer.
        Duplicate = "duplicate",
        /// The request is in a state that does not allow the command.
        Conflict = "conflict",
        /// This actor may not give the command.
        Forbidden = "forbidden",
        /// The command itself is wrong.
        Invalid = "invalid",
        /// The command names something that does not exist.
        NotFound = "notFound",
        /// The command came too late.
        Expired = "expired",
    }
}
