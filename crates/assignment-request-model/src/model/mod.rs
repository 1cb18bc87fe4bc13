//! An independent model of the library, written from SPEC.md alone and as naively as possible.
//!
//! It shares no code with `src`: it takes the vocabulary (enums, timestamps, commands, drafts, policies) as input and
//! keeps its own state, a flat record of optional fields. Violations, refusals and events are plain text. Where model
//! and library differ, one of them has misread SPEC.md, or SPEC.md says two things.
//!
//! - [`policy`]: what a policy and a host's rules may say (P1 to P10, Y1 to Y3, section 6);
//! - [`submission`]: section 3 of SPEC.md: a draft becomes a request, or a list of violations;
//! - [`answers`]: section 4;
//! - [`request`]: sections 2 and 5: a command becomes events, or a refusal;
//! - [`determined`]: approval stages that an extension determines (Y8);
//! - [`presets`]: the tables of section 6.
//!
//! The modules beside this one are no part of the model.

pub mod answers;
pub mod determined;
pub mod policy;
pub mod presets;
pub mod request;
pub mod submission;

/// C14, of one text: the codes that it breaks.
pub fn text_faults(text: &str, limit: usize) -> Vec<&'static str> {
    let mut faults = Vec::new();
    if text.len() > limit {
        faults.push("tooLong");
    }
    if text.chars().any(is_forbidden) {
        faults.push("forbiddenCharacter");
    }
    faults
}

pub fn is_forbidden(character: char) -> bool {
    let code = u32::from(character);
    // Unicode Cc are exactly the two ranges of control codes.
    let is_control = code <= 0x1f || (0x7f..=0x9f).contains(&code);
    let is_allowed_control = [0x09, 0x0a, 0x0d, 0x85].contains(&code);
    let is_bidirectional = (0x202a..=0x202e).contains(&code) || (0x2066..=0x2069).contains(&code);
    (is_control && !is_allowed_control) || is_bidirectional
}

/// Absent, empty or only white space.
pub fn is_blank(text: Option<&str>) -> bool {
    text.unwrap_or("").chars().all(char::is_whitespace)
}
