//! Resources as published responses and lists show them: read, and written back without loss.
//!
//! *Without loss* means: every member that Graph's schema has for the resource is kept, whichever generation named it.
//! Members that the lifecycle speaks of are typed; the others of the schema are [`AdditionalData`] along as they came. A name
//! that an enumeration does not have is kept as text (rule J6). A null of a typed member is the same as its absence
//! (rule J5). Members that are in no schema are passed over (rule J4), unless the host refuses them.

mod additional_data;
mod answer;
mod approval;
mod assignment;
mod callout;
mod list;
mod name;
mod request;
mod schedule;
mod stage;

pub use additional_data::{AdditionalData, RawJson};
pub(crate) use answer::{ANSWER_TYPE, TypeName, question_type, read_question_kind};
pub use answer::{AnswerResource, QuestionResource};
pub use approval::{ApprovalResource, read_approval, read_approval_list};
pub use assignment::{AssignmentResource, SubjectResource};
pub use callout::CalloutResource;
pub(crate) use callout::extension_of;
pub use list::List;
pub use name::Name;
pub(crate) use name::read_name;
pub use request::{RequestResource, read_request, read_request_list};
pub use schedule::{ExpirationResource, ScheduleResource};
pub use stage::{IdentityResource, ReviewResult, StageResource, StageStatus, read_stage, read_stage_list};
