//! Classes of refusals.

use crate::vocabulary::named::named;

named! {
    /// What sort of refusal it is, for whoever has to answer it.
    ///
    /// ```
    /// use assignment_request::{Class, Rejection};
    ///
    /// /// How a worker that sends callbacks on takes a refusal.
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
        /// The same was accepted before; a host may answer as it did then.
        Duplicate = "duplicate",
        /// The request is not in the condition for it.
        Conflict = "conflict",
        /// This actor may not.
        Forbidden = "forbidden",
        /// The command as such is wrong.
        Invalid = "invalid",
        /// What the command names does not exist.
        NotFound = "notFound",
        /// It is too late.
        Expired = "expired",
    }
}
