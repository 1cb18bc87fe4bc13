//! Resources and lists: what a server writes and only a client reads.
//!
//! A resource is read and written in one file, although a server only writes and a client only reads. The names of the
//! members stand once beside each other, and a resource that was read can be written back without loss: every member
//! that Graph's schema has for the resource is kept, regardless of the generation that named it. Members that the
//! lifecycle uses are typed; [`AdditionalData`](additional_data::AdditionalData) keeps the others of the schema as
//! they came. A name that an enumeration does not have is kept as text (rule J6). A null of a typed member is the same
//! as its absence (rule J5). Members that are in no schema are ignored (rule J4), unless the host refuses them.

pub(crate) mod additional_data;
pub(crate) mod answer;
pub(crate) mod approval;
pub(crate) mod assignment;
pub(crate) mod callout;
pub(crate) mod list;
pub(crate) mod request;
pub(crate) mod schedule;
pub(crate) mod stage;
pub(crate) mod viewer;
