//! Commands one by one, and what they do to a request.

mod applying;
mod approval_and_delivery;
mod callbacks;
mod commands;
mod determined_stages;
mod long_past;
mod settling;
