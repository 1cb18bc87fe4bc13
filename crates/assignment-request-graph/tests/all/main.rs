//! The tests of the adapter, in one program. Where to look:
//!
//! | module | what it holds |
//! |---|---|
//! | `messages` | what is said of each fault, word for word, and its place |
//! | `agreement` | the readers against a slow and obvious reading of the same bytes |
//! | `approval_stages`, `extensions` | what callbacks and policies say of stages and extensions |
//! | `hostile` | bodies that are made to hurt |
//! | `members`, `known_members` | MEMBERS.md and RESOURCES.md against the readers |
//! | `schema` | the same pages against Graph's published schema |
//! | `bodies_written`, `written` | what is written of bodies, policies and requests, in v1.0 and beta |
//! | `way` | the request that the tests of writing follow |
//! | `host_members` | what a host adds to a resource: its names, further members, the history |
//! | `requirements` | what a policy requires of someone who asks |
//! | `selected` | writing only some members, and hiding later names |
//! | `callouts_read`, `callouts_written` | what is read and written of a callout's body |
//! | `determining` | a request whose approval stages an extension determines |
//! | `resources`, `resource_properties` | reading resources as a client, and writing them without loss |
//! | `stored` | stored logs of events |
//! | `paths` | methods and paths to operations, and back |
//! | `queries`, `headers`, `batches` | query options, headers and batches |
//! | `refusals` | every refusal over HTTP: status, code, body |
//! | `logging` | what is logged with `tracing`, and what is not |
//! | `published` | published payloads, if `CORPUS_DIR` names their folder |
//!
//! One module: `cargo test -p assignment-request-graph --test all messages`. Files in `tests/golden` are written again
//! with `UPDATE_GOLDEN=1`.

mod agreement;
mod approval_stages;
mod batches;
mod bodies_written;
mod callouts_read;
mod callouts_written;
mod determining;
mod extensions;
mod headers;
mod host_members;
mod hostile;
mod known_members;
mod logging;
mod members;
mod messages;
mod paths;
mod published;
mod queries;
mod refusals;
mod requirements;
mod resource_properties;
mod resources;
mod schema;
mod selected;
mod stored;
mod way;
mod written;
