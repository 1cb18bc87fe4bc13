//! Resources and lists: a server writes them, and only a client reads them.
//!
//! One file reads and writes each resource, although a server only writes and a client only reads. So all names of a
//! member stand together, and a resource that was read can be written back without loss: every member of Graph's schema
//! for the resource is kept, regardless of which generation named it. The exceptions are the history of a request and
//! what beta adds to requirements: v1.0 has no place for them, so they are written only in beta. Members that the
//! lifecycle uses are typed; [`AdditionalData`](additional_data::AdditionalData) keeps the others unchanged. A name that
//! is not in its enumeration is kept as text (rule J6). For a typed member, null means the same as absence (rule J5).
//! Members that are in no schema are ignored (rule J4), unless the host refuses them.

pub(crate) mod activity;
pub(crate) mod additional_data;
pub(crate) mod answer;
pub(crate) mod approval;
pub(crate) mod assignment;
pub(crate) mod callout;
pub(crate) mod list;
pub(crate) mod question;
pub(crate) mod request;
pub(crate) mod requirements;
pub(crate) mod schedule;
pub(crate) mod selected;
pub(crate) mod stage;
pub(crate) mod viewer;
