//! The tests of the store, in one program. Where to look:
//!
//! | module | what it holds |
//! |---|---|
//! | `suite` | the suite that any store can be held against, on every database |
//! | `suite_finds` | stores with a fault each, and the check that finds it |
//! | `opening` | wrong URLs, databases of other programs and versions, passwords |
//! | `forged` | rows that were changed outside the store |
//! | `kill` | hosts that are killed at any point: nothing is lost, nothing is done twice |
//! | `faults` | lost connections, crashes of the database, full disks, read-only files, fights over one access, ended leases |
//! | `running` | the loop of a host: failures, hosts that die, clocks, waking up |
//! | `database` | the databases: `DATABASE_URL`, or a `PostgreSQL` that the tests start themselves |
//! | `requests` | requests and workers for the tests |
//!
//! One module: `cargo test -p assignment-request-store --test all forged`. Without `PostgreSQL`, its tests print a line
//! that begins with `SKIPPED`, and pass.

mod database;
mod faults;
mod forged;
mod kill;
mod opening;
mod requests;
mod running;
mod suite;
mod suite_finds;
